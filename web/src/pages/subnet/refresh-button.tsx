import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../api/client.ts';
import type { RefreshBody } from '../../api/types.ts';
import { RefreshIcon } from '../../parts/icons.tsx';

/** Has the server read the subnet at the head now; the page then shows that block. `onError` gets what went wrong. */
export function RefreshButton({
  netuid,
  onDone,
  onError,
}: {
  netuid: number;
  onDone: () => void;
  onError: (error: unknown) => void;
}) {
  const client = useQueryClient();
  const refresh = useMutation({
    mutationFn: () => request<RefreshBody>(`/subnets/${netuid}/refresh`, { method: 'POST' }),
    onMutate: () => onError(undefined),
    onSuccess: async () => {
      onDone();
      await Promise.all(
        ['subnet', 'metagraph', 'blocks'].map((kind) =>
          client.invalidateQueries({ queryKey: [kind, netuid] }),
        ),
      );
    },
    onError,
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<RefreshIcon size={14} />}
      loading={refresh.isPending}
      onClick={() => refresh.mutate()}
      title="Read the newest block now and store it"
    >
      Refresh
    </Button>
  );
}
