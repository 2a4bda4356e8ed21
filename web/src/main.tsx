import '@mantine/core/styles.css';
import './app/global.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/errors.ts';
import { createLive } from './api/live.ts';
import { LiveProvider } from './api/live-context.tsx';
import { router } from './app/router.tsx';
import { theme } from './app/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // The server is often this machine: it answers where the browser believes itself offline, and would wait.
      networkMode: 'always',
      // A refusal is an answer; only silence is asked again.
      retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 3,
      refetchOnWindowFocus: false,
    },
  },
});
const live = createLive(client);

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no element with the id "root"');
createRoot(element).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LiveProvider live={live}>
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
