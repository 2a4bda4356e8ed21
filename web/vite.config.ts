import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { createFixtureApi } from './dev/fixture-api.ts';

/**
 * `vite build web` makes `dist/web`. `vite web` serves the sources: with TAOSCOPE_API (say http://127.0.0.1:9700) against
 * a running server, else against generated data, so that a page can be worked on without a chain.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), ...(process.env.TAOSCOPE_API === undefined ? [fixtures()] : [])],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the server allows images from data: URLs, but a file is cached.
    assetsInlineLimit: 0,
    // Charts are one lazy chunk of about 500 kB; the budget is on what the first page loads.
    chunkSizeWarningLimit: 700,
  },
  server:
    process.env.TAOSCOPE_API === undefined
      ? {}
      : { proxy: { '/api': { target: process.env.TAOSCOPE_API, changeOrigin: true } } },
});

function fixtures(): Plugin {
  return {
    name: 'taoscope-fixtures',
    apply: 'serve',
    configureServer(server) {
      const api = createFixtureApi({ scenario: process.env.SCENARIO ?? 'normal' });
      server.middlewares.use((request, response, next) => {
        if (!api.handle(request, response)) next();
      });
      server.httpServer?.on('close', () => api.close());
    },
  };
}
