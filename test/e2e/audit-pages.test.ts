import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ToldProbe, worstVerdict } from '../../src/audit/index.ts';
import { type ChutesStandIn, type Demo, startDemo } from '../../src/demo/index.ts';
import type {
  AuditBody,
  AuditFindingsBody,
  AuditIncentivesBody,
  AuditMinersBody,
  AuditProbesBody,
} from '../../src/server/audit-schemas.ts';
import { launchChromium, layoutOf, namelessControls, openPage } from '../support/chromium.ts';
import { tempDir } from '../support/paths.ts';
import { requireChromium, requirement } from '../support/requirement.ts';
import { type Server, startServer } from '../support/taoscope.ts';
import { until } from '../support/until.ts';
import { hasWebBuild } from '../support/web-bundle.ts';

const built = requirement('web app', hasWebBuild(), 'it is not built; run node scripts/ensure-web.ts');

const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1_280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1_280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};

/** What the stand-in does wrong, so that there is something to see. */
const WRONG = {
  'wrong-hash': { hoursAgo: 6 },
  'hostile-text': { hoursAgo: 9 },
  gap: { hoursAgo: 12 },
  'paid-unowed': 'always',
} as const;
/** Blocks of the history, 50 minutes apart: two days and a half. */
const HISTORY = { blocks: 73, stepMs: 3_000_000 };
/** A prompt is shown where it was asked; this one is markup, and turns the text around. */
const HOSTILE_PROMPT = `<img src=x onerror="document.title='owned'"> \u202eevil <script>1</script>`;
const DAY_S = 86_400;
const KINDS = ['chat', 'completion', 'image', 'speech', 'embedding'] as const;

describe.skipIf(!built || !requireChromium())('the pages of the audit in Chromium', () => {
  let demo: Demo;
  let standIn: ChutesStandIn;
  let data: Awaited<ReturnType<typeof tempDir>>;
  let server: Server;
  let browser: Browser;
  /** Of the hour whose digest is not the one committed to; of the hour with texts of every evil kind. */
  let wrongReport: string;
  let hostileReport: string;
  let unowed: string;

  const probe = async (kind: string, prompt?: string): Promise<ToldProbe> => {
    const response = await fetch(`${server.url}/api/v1/audit/probes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind, prompt }),
    });
    expect([kind, response.status]).toEqual([kind, 200]);
    return (await response.json()) as ToldProbe;
  };

  beforeAll(async () => {
    const chutes = { callsPerHour: 20, eventMs: 1, misbehaviours: WRONG };
    demo = await startDemo({
      ...{ blockMs: 2_000, historyBlocks: HISTORY.blocks, historyStepMs: HISTORY.stepMs, chutes },
      seed: 'pages of the audit',
    });
    standIn = demo.chutes!;
    data = await tempDir('audit-pages');
    const config = join(data.path, 'taoscope.yaml');
    await writeFile(config, JSON.stringify(configOf(demo, standIn, data.path)));
    server = await startServer('up', ['--config', config], {
      env: { TAOSCOPE_PROBE_KEY: 'cpk_pages_of_the_audit', TAOSCOPE_COLLECT_EVERY_BLOCKS: '10' },
    });
    browser = await launchChromium();
    const hasPassed = async () => ((await server.get<AuditBody>('/audit')).pass?.endedAt ?? null) !== null;
    await until(hasPassed, { what: 'a look at everything', deadlineMs: 240_000, everyMs: 500 });
    const { findings } = await server.get<AuditFindingsBody>('/audit/findings?limit=100');
    const reportOf = (kind: string) => findings.find((one) => one.kind === kind)?.reportId ?? kind;
    wrongReport = reportOf('commitment-mismatch');
    hostileReport = reportOf('report-malformed');
    const { miners } = await server.get<AuditIncentivesBody>('/audit/incentives');
    unowed = miners.find(({ state }) => state === 'paid-unowed')?.hotkey ?? 'nobody';
    for (const kind of KINDS) await probe(kind);
    await probe('chat', HOSTILE_PROMPT);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await demo?.close();
    await data?.[Symbol.asyncDispose]();
  });

  /** Each page: where it is, and what stands on it when it has its data. */
  const PAGES: readonly (readonly [
    name: string,
    path: () => string,
    ready: (page: Page) => Promise<void>,
  ])[] = [
    ['overview', () => '/audit', async (page) => hours(page).first().waitFor()],
    [
      'findings',
      () => '/audit/findings',
      async (page) => page.getByText('No report of an hour', { exact: false }).first().waitFor(),
    ],
    [
      'report',
      () => `/audit/reports/${wrongReport}`,
      async (page) => page.getByRole('list', { name: /^Checks/ }).waitFor(),
    ],
    [
      'report of evil texts',
      () => `/audit/reports/${hostileReport}`,
      async (page) => page.getByRole('list', { name: /^Checks/ }).waitFor(),
    ],
    [
      'incentives',
      () => '/audit/incentives',
      async (page) => rows(page, 'Miners: owed and paid').first().waitFor(),
    ],
    [
      'why',
      () => `/audit/incentives?miner=${unowed}`,
      async (page) => page.getByRole('dialog').getByRole('heading', { name: 'Features' }).waitFor(),
    ],
    [
      'miners',
      () => '/audit/miners',
      async (page) => rows(page, 'Miners that report about themselves').first().waitFor(),
    ],
    ['probes', () => '/audit/probes', async (page) => probes(page).nth(KINDS.length).waitFor()],
  ];

  describe.each(Object.keys(VIEWS))('%s', (view) => {
    test.each(PAGES)(
      'the page %s shows its data, without an error, within the window',
      async (_name, path, ready) => {
        const { page, problems, close } = await openPage(browser, `${server.url}${path()}`, VIEWS[view]);
        try {
          await ready(page);
          const { overflowPx, scheme } = await layoutOf(page);
          expect(overflowPx, 'the page itself scrolls sideways').toBeLessThanOrEqual(0);
          expect(scheme).toBe(view === 'dark' ? 'dark' : 'light');
          expect(await namelessControls(page)).toEqual([]);
          expect(await injectedInto(page)).toEqual({ scripts: 0, elements: 0, title: false });
          expect(problems).toEqual([]);
        } finally {
          await close();
        }
      },
    );
  });

  test('the overview tells every hour: as many of each verdict as the API has', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/audit`, VIEWS.light);
    try {
      await hours(page).first().waitFor();
      const { sources } = await server.get<AuditBody>('/audit');
      const told = sources[0]?.validators[0]?.hours ?? [];
      expect(await hours(page).count()).toBe(told.length);
      const names = await page.evaluate<string[]>(HOUR_NAMES);
      for (const verdict of ['mismatch', 'verified'] as const) {
        const wanted = told.filter((hour) => hour.verdict === verdict).length;
        expect(wanted).toBeGreaterThanOrEqual(3);
        expect([verdict, names.filter((name) => name.includes(`: ${verdict}.`)).length]).toEqual([
          verdict,
          wanted,
        ]);
      }
      expect(worstVerdict(told.flatMap(({ verdict }) => verdict ?? []))).toBe('mismatch');
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('an hour of the strip is reached by the arrow keys, and Enter opens its report; the way back is there', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/audit`, VIEWS.light);
    try {
      const strip = page.getByRole('grid', { name: /^Hours of validator/ });
      await hours(page).first().waitFor();
      await strip.focus();
      await page.keyboard.press('End');
      for (let back = 0; back < 5; back++) await page.keyboard.press('ArrowLeft');
      const marked = await strip.getAttribute('aria-activedescendant');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/audit\/reports\/[0-9a-f]{32}/);
      await page.getByRole('list', { name: /^Checks/ }).waitFor();
      const { sources } = await server.get<AuditBody>('/audit');
      const ids = sources[0]?.validators[0]?.hours.map(({ reportId }) => reportId) ?? [];
      expect(marked).not.toBeNull();
      expect(ids).toContain(page.url().split('/').at(-1)?.slice(0, 32));
      await page.goBack();
      await strip.waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('a report says which check failed, and what the bytes and the chain hold', async () => {
    const url = `${server.url}/audit/reports/${wrongReport}`;
    const { page, problems, close } = await openPage(browser, url, VIEWS.light);
    try {
      const worst = page
        .getByRole('list', { name: /^Checks/ })
        .getByRole('listitem')
        .first();
      await worst.waitFor();
      expect(await worst.textContent()).toMatch(/mismatch/i);
      const body = await server.get<{ report: { sha256: string } }>(`/audit/reports/${wrongReport}`);
      await page.getByText(body.report.sha256.slice(0, 8), { exact: false }).first().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('a bundle is made and downloaded from its report, and holds together', async () => {
    const url = `${server.url}/audit/reports/${wrongReport}`;
    const { page, problems, close } = await openPage(browser, url, VIEWS.light);
    try {
      const file = await saved(page, page.getByRole('button', { name: /download/i }).last());
      expect(file.name).toBe(`taoscope-${wrongReport}.bundle`);
      expect(file.text).toMatch(/^taoscope-bundle\/1\n/);
      expect(file.text).toMatch(/\nsha256 [0-9a-f]{64}\n$/);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test.each([
    ['findings', '/audit/findings', 'severity'],
    ['incentives', '/audit/incentives', 'hotkey'],
    ['miners', '/audit/miners', 'hotkey'],
    ['probes', '/audit/probes', 'lookup'],
  ])('the table of %s is taken away as CSV', async (name, path, column) => {
    const { page, problems, close } = await openPage(browser, `${server.url}${path}`, VIEWS.light);
    try {
      await page
        .locator('[role=grid] tbody tr[aria-rowindex], main ol > li:not([aria-hidden])')
        .first()
        .waitFor();
      const button = page.getByRole('main').getByText('CSV', { exact: true }).first();
      const { name: file, text } = await saved(page, button);
      // The server names the rules too.
      expect(file).toMatch(new RegExp(`^audit-${name}(-[0-9A-Za-z]+)?\\.csv$`));
      const [head = '', ...lines] = text.trimEnd().split('\r\n');
      expect(head.split(',')).toContain(column);
      expect(lines.length).toBeGreaterThan(0);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('who is paid and owed nothing stands first, and opens as “why”; Escape closes it', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/audit/incentives`, VIEWS.light);
    try {
      const first = rows(page, 'Miners: owed and paid').first();
      await first.getByText('paid, not owed').waitFor();
      await first.getByText(unowed.slice(0, 6), { exact: false }).waitFor();
      await first.click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('heading', { name: 'Features' }).waitFor();
      expect(new URL(page.url()).searchParams.get('miner')).toBe(unowed);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(new URL(page.url()).searchParams.get('miner')).toBeNull();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('miners that report about themselves are each on their line', async () => {
    const { miners } = await server.get<AuditMinersBody>('/audit/miners');
    const { page, problems, close } = await openPage(browser, `${server.url}/audit/miners`, VIEWS.light);
    try {
      const table = page.getByRole('grid', { name: 'Miners that report about themselves' });
      for (const { hotkey } of miners)
        await table.getByText(hotkey.slice(0, 6), { exact: false }).first().waitFor();
      expect(await rows(page, 'Miners that report about themselves').count()).toBe(miners.length);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('outputs of probes are drawn, playable and readable, and can be turned off for good', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/audit/probes`, VIEWS.light);
    try {
      const picture = probes(page)
        .getByRole('img', { name: /^Picture made for/ })
        .first();
      await picture.scrollIntoViewIfNeeded();
      await until(() => page.evaluate<boolean>(A_PICTURE_IS_DRAWN), { what: 'the picture is drawn' });
      await page
        .getByLabel(/^Speech made for/)
        .first()
        .waitFor();
      await page
        .getByRole('img', { name: /numbers of a vector/ })
        .first()
        .waitFor();
      const outputs = page.getByRole('switch', { name: 'Show outputs' });
      await outputs.focus();
      await page.keyboard.press(' ');
      await picture.waitFor({ state: 'detached' });
      await page.reload();
      await probes(page).first().waitFor();
      expect(
        await probes(page)
          .getByRole('img', { name: /^Picture made for/ })
          .count(),
      ).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('a request that is sent now appears on the open page, whatever it says as plain text', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/audit/probes`, VIEWS.light);
    try {
      await probes(page).first().waitFor();
      const { probeId } = await probe('chat', `now ${HOSTILE_PROMPT}`);
      const { probes: stored } = await server.get<AuditProbesBody>('/audit/probes');
      expect(stored.map(({ id }) => id)).toContain(probeId);
      await page.getByText('now <img src=x onerror=', { exact: false }).first().waitFor();
      expect(await injectedInto(page)).toEqual({ scripts: 0, elements: 0, title: false });
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('findings are chosen by the address, and say so when nothing fits', async () => {
    const url = `${server.url}/audit/findings?severity=critical&kind=hour-gap`;
    const { page, problems, close } = await openPage(browser, url, VIEWS.light);
    try {
      const list = page.getByRole('list', { name: /^Findings/ });
      await list.getByRole('button').first().waitFor();
      expect(await list.getByRole('button', { expanded: false }).count()).toBe(1);
      await list.getByRole('button').first().focus();
      await page.keyboard.press('Enter');
      await list.getByRole('button', { expanded: true }).waitFor();
      await page.goto(`${server.url}/audit/findings?kind=counts-disagree`);
      await page.getByText('Nothing fits these choices.').waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});

function configOf(demo: Demo, { url, netuid, validator, profile }: ChutesStandIn, folder: string) {
  const probes = {
    ...{ enabled: true, source: 'chutes', gatewayUrl: url, chuteUrl: `${url}/chute/{slug}` },
    // One at the start; the others are asked for here.
    everySeconds: DAY_S,
  };
  return {
    chain: { network: 'local', endpoints: [demo.url], archive: [] },
    store: { path: join(folder, 'store') },
    audit: {
      sources: [{ name: 'chutes', adapter: 'chutes', url, netuid, validators: [validator] }],
      // One look, and no later one: who is owed nothing changes with the hours, while the chain goes on.
      ...{ path: join(folder, 'evidence'), profile, everySeconds: DAY_S, allowPrivate: true, probes },
    },
  };
}

/** Cells of the strip that stand for an hour. */
function hours(page: Page) {
  return page.getByRole('grid', { name: /^Hours of validator/ }).locator('td[aria-label]');
}

function rows(page: Page, table: string) {
  return page.getByRole('grid', { name: table }).locator('tbody tr[aria-rowindex]');
}

function probes(page: Page) {
  return page.getByRole('list', { name: /^Probes/ }).locator('> li');
}

const HOUR_NAMES = `[...document.querySelectorAll('[role=grid] td[aria-label]')].map((cell) => cell.getAttribute('aria-label'))`;
const A_PICTURE_IS_DRAWN = `[...document.querySelectorAll('main img')].some((image) => image.complete && image.naturalWidth > 0)`;

/** What only markup of others could have made. Pictures are our own on the page of probes, from our own address. */
function injectedInto(page: Page): Promise<{ scripts: number; elements: number; title: boolean }> {
  return page.evaluate(`({
    scripts: [...document.scripts].filter((script) => !script.src.startsWith(location.origin)).length,
    elements: document.querySelectorAll('[onerror], [onload], [onclick], iframe, object, embed, marquee, main img[src=x]').length,
    title: document.title === 'owned',
  })`);
}

async function saved(
  page: Page,
  button: ReturnType<Page['getByText']>,
): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}
