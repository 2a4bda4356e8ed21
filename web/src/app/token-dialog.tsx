import { Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { isTokenDemanded, onTokenChange, readToken, saveToken } from '../api/token.ts';

/** Asks for the token of a server that demands one. Another 401 opens it again. */
export function TokenDialog() {
  const demanded = useSyncExternalStore(onTokenChange, isTokenDemanded);
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() === '') return;
    saveToken(token.trim());
    setToken('');
    void client.resetQueries();
  };
  return (
    <Modal
      opened={demanded}
      onClose={() => {}}
      withCloseButton={false}
      title="This server asks for a token"
      centered
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <PasswordInput
            label="Token"
            description="The one the server was started with. It is kept until this tab is closed."
            error={
              readToken() === undefined ? undefined : 'The server did not accept the token given before.'
            }
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          <Button type="submit" disabled={token.trim() === ''}>
            Continue
          </Button>
          <Text size="xs" c="dimmed">
            It is sent to this server only, in the Authorization header.
          </Text>
        </Stack>
      </form>
    </Modal>
  );
}
