import { interactiveMs, launchChromium } from '../test/support/chromium.ts';
import { tempDir } from '../test/support/paths.ts';
import { requireChromium } from '../test/support/requirement.ts';
import { startServer } from '../test/support/taoscope.ts';
import { until } from '../test/support/until.ts';
import { hasWebBuild, initialJavaScript } from '../test/support/web-bundle.ts';
import { machine, showTimings, timing } from './measure.ts';
import { metadata343 } from './metadata.ts';
import { createVectorNode, serveVectorNode } from './vector-node.ts';

const ROUNDS = 15;
const SUBNETS = 128;
const NEURONS = 256;

/** A subnet's page from a warm server in a new Chromium profile, until its table has rows and the page is idle; and what it weighs. */
export async function benchPage(): Promise<void> {
  if (!hasWebBuild()) {
    console.log('page: skipped; run node scripts/ensure-web.ts');
    return;
  }
  const { bytes, files } = initialJavaScript();
  console.log(
    `bundle: ${(bytes / 1024).toFixed(1)} KB of gzipped JavaScript on the first page, ${Object.keys(files).length} files (goal: at most 350 KB)`,
  );
  if (!requireChromium()) return;
  const metadata = metadata343();
  if (metadata === undefined) {
    console.log('page: skipped; it needs TAOSCOPE_SHARED');
    return;
  }
  await using node = await serveVectorNode(createVectorNode(metadata, SUBNETS, NEURONS));
  await using dir = await tempDir('bench-page');
  await using server = await startServer('up', ['--endpoint', node.url, '--data', dir.path], {
    env: { TAOSCOPE_COLLECT_SOURCE: 'storage' },
  });
  await until(async () => (await server.status()).collect.snapshots >= SUBNETS, {
    what: 'the first snapshots',
  });
  const browser = await launchChromium();
  try {
    const url = `${server.url}/subnets/1`;
    await interactiveMs(browser, url);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await interactiveMs(browser, url));
    console.log(
      `page: a subnet of ${NEURONS} neurons, one of ${SUBNETS}, runtime 343, new profile each time, warm server, ${browser.version()}`,
    );
    console.log(showTimings({ 'interactive (goal: under 1 s)': timing(times) }));
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  console.log(machine());
  await benchPage();
}
