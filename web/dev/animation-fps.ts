import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { startFixtureServer } from './fixture-server.ts';

/**
 * How many frames a second the animation of one subnet draws: 246 hotkeys over 1,000 snapshots, played at 60 frames/s in
 * Chromium without a GPU, counted over 5 s by the copies of its ground (one for each frame drawn). Also what its data
 * weighs, as sent and gzipped. `node web/dev/animation-fps.ts` after `npx vite build web`.
 */
const SECONDS = 5;
const PATH = '/subnets/1/miners?by=hotkey&range=90d';

const server = await startFixtureServer('normal');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(`
      globalThis.drawn = 0;
      const draw = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (...given) {
        globalThis.drawn += 1;
        return draw.apply(this, given);
      };
    `);
    let body: Buffer = Buffer.alloc(0);
    page.on('response', async (response) => {
      if (response.url().includes('/activity')) body = await response.body();
    });
    await page.goto(server.url + PATH);
    const box = page.getByRole('application');
    await box.waitFor();
    await page.waitForTimeout(1_500);
    await page.getByLabel('Speed, frames per second').selectOption('60');
    await page.getByRole('button', { name: 'Play' }).click();
    const { drawn, longestMs } = await page.evaluate<{ drawn: number; longestMs: number }>(`
      new Promise((resolve) => {
        const before = globalThis.drawn;
        const start = performance.now();
        let last = start;
        let longestMs = 0;
        const tick = (now) => {
          longestMs = Math.max(longestMs, now - last);
          last = now;
          if (now - start < ${SECONDS * 1_000}) requestAnimationFrame(tick);
          else resolve({ drawn: globalThis.drawn - before, longestMs });
        };
        requestAnimationFrame(tick);
      })
    `);
    process.stdout.write(
      `${viewport.width} px wide: ${(drawn / SECONDS).toFixed(1)} frames/s, longest gap ${longestMs.toFixed(0)} ms, ` +
        `${await box.getAttribute('aria-label')}, ${(body.length / 1e6).toFixed(2)} MB of JSON, ${(gzipSync(body).length / 1e6).toFixed(2)} MB gzipped\n`,
    );
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
