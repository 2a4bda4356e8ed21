import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { account } from './fixture-data.ts';
import { startFixtureServer } from './fixture-server.ts';

/**
 * Pictures of every page, light, dark and at phone width, into a folder of the system's temporary directory. Says what
 * a browser complained about and which page can be scrolled sideways. `node web/dev/screenshots.ts [parts of names, comma-separated]`.
 */
const HOTKEY = account(1 * 2_000 + 3 + 2_000);
const only = (process.argv[2] ?? '').split(',');

interface Shot {
  name: string;
  path: string;
  scenario?: string;
  /** Waited for before the picture, where the page's frame is not enough. */
  wait?: string;
  before?: (page: Page) => Promise<void>;
}

const SHOTS: Shot[] = [
  { name: 'network', path: '/' },
  { name: 'network-sorted', path: '/?sort=-share&q=sub' },
  { name: 'network-empty', path: '/', scenario: 'empty' },
  { name: 'network-stale', path: '/', scenario: 'stale' },
  { name: 'network-broken', path: '/', scenario: 'broken' },
  { name: 'token', path: '/', scenario: 'token' },
  { name: 'subnet', path: '/subnets/1' },
  { name: 'subnet-miners', path: '/subnets/4?show=miners&sort=-incentive' },
  { name: 'subnet-block', path: '/subnets/20?block=6890000' },
  { name: 'subnet-facts', path: '/subnets/1/hyperparameters' },
  { name: 'subnet-unknown', path: '/subnets/999' },
  { name: 'subnet-root', path: '/subnets/0' },
  { name: 'overview', path: '/subnets/1/overview', wait: 'canvas' },
  {
    name: 'overview-selected',
    path: '/subnets/4/overview?range=1y&axis=block&window=20&sel=3,17',
    wait: 'canvas',
  },
  { name: 'overview-broken', path: '/subnets/1/overview', scenario: 'broken' },
  {
    name: 'overview-blocks',
    path: '/subnets/1/overview?from=6900000',
    wait: 'canvas',
    before: (page) => page.getByRole('button', { name: 'Range of blocks' }).click(),
  },
  { name: 'miners', path: '/subnets/1/miners', wait: 'canvas' },
  {
    name: 'miners-selected',
    path: '/subnets/1/miners?by=hotkey&range=24h&sel=20,21,22&top=20&window=5',
    wait: 'canvas',
  },
  { name: 'validators', path: '/subnets/1/validators', wait: 'canvas' },
  { name: 'weights', path: '/subnets/1/weights', wait: 'canvas' },
  {
    name: 'weights-copier',
    path: `/subnets/1/weights?order=cluster&scale=linear&sel=3,40&row=3&column=40&copier=${HOTKEY}`,
    wait: 'ol canvas',
  },
  { name: 'weights-large', path: '/subnets/4/weights?of=bonds&order=uid', wait: 'canvas' },
  { name: 'weights-broken', path: '/subnets/1/weights', scenario: 'broken' },
  { name: 'map', path: '/subnets/1/map', wait: 'canvas' },
  { name: 'map-selected', path: '/subnets/4/map?paint=incentive&area=incentive&sel=17,58', wait: 'canvas' },
  { name: 'map-coldkeys', path: '/subnets/1/map?paint=coldkey&area=none&frames=12', wait: 'canvas' },
  { name: 'block', path: '/subnets/1/block', wait: '[role=grid]' },
  {
    name: 'block-field',
    path: '/subnets/1/block?block=6910000&against=6900000&field=lastUpdate',
    wait: '[role=grid]',
  },
  { name: 'events', path: '/subnets/1/events' },
  {
    name: 'events-filtered',
    path: '/subnets/1/events?kinds=hyperparameter,stake-moved,take&sel=40&range=24h',
    wait: 'ol li',
  },
  { name: 'events-none', path: '/subnets/1/events?who=65535', wait: 'ol li' },
  { name: 'coldkey', path: `/coldkeys/${account(900_031)}`, wait: 'canvas' },
  { name: 'coldkey-nothing', path: `/coldkeys/${account(1)}` },
  { name: 'audit', path: '/audit?finding=finding-1', wait: 'td[data-verdict]' },
  { name: 'audit-month', path: '/audit?hours=720&state=all', wait: 'td[data-verdict]' },
  { name: 'audit-off', path: '/audit', scenario: 'empty' },
  { name: 'audit-findings', path: '/audit/findings?state=all&finding=finding-3', wait: 'ol li' },
  { name: 'audit-reports', path: '/audit/reports', wait: '[role=grid] td' },
  { name: 'audit-report', path: `/audit/reports/${'5'.padStart(32, '0')}`, wait: '[role=grid] td' },
  {
    name: 'subnet-columns',
    path: '/subnets/1',
    before: (page) => page.getByRole('button', { name: 'Columns' }).click(),
  },
  {
    name: 'subnet-refresh-failed',
    path: '/subnets/1',
    before: async (page) => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText('Cannot read subnet 1 now').waitFor();
    },
  },
  { name: 'neuron', path: `/neurons/${HOTKEY}`, wait: 'canvas' },
  { name: 'neuron-bad', path: '/neurons/5nothing' },
  {
    name: 'sql',
    path: '/sql',
    before: async (page) => {
      await page.getByLabel('Query').press('Control+Enter');
      await page.getByText('10,000 rows').waitFor();
    },
  },
  {
    name: 'sql-refused',
    path: '/sql?q=DROP%20TABLE%20neurons',
    before: async (page) => {
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'search',
    path: '/subnets/1',
    before: async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('sub');
    },
  },
];

const VIEWS = [
  { view: 'light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' as const },
  { view: 'dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' as const },
  { view: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' as const },
];

const folder = await mkdtemp(join(tmpdir(), 'taoscope-pages-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const scenario of new Set(SHOTS.map((shot) => shot.scenario ?? 'normal')))
    await take(browser, scenario);
} finally {
  await browser.close();
}
process.stdout.write(`${folder}\n`);

async function take(browser: Browser, scenario: string): Promise<void> {
  const server = await startFixtureServer(scenario);
  try {
    for (const { view, viewport, colorScheme } of VIEWS) {
      for (const shot of SHOTS) {
        const name = `${shot.name}-${view}`;
        if ((shot.scenario ?? 'normal') !== scenario || !only.some((part) => name.includes(part))) continue;
        const context = await browser.newContext({
          viewport,
          colorScheme,
          timezoneId: 'UTC',
          locale: 'en-US',
        });
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error' && !message.text().includes('status of')) say(name, message.text());
        });
        page.on('pageerror', (error) => say(name, `uncaught: ${error.message}`));
        page.on('dialog', (dialog) => {
          say(name, `a script of the chain's text ran: ${dialog.message()}`);
          void dialog.dismiss();
        });
        await page.goto(server.url + shot.path);
        await page.locator('main h1, [role=alert], [role=dialog]').first().waitFor();
        if (shot.wait !== undefined) await page.locator(shot.wait).first().waitFor();
        await page.waitForTimeout(450);
        await shot.before?.(page).catch((error: Error) => say(name, error.message.split('\n')[0] ?? ''));
        await page.waitForTimeout(150);
        // What is clipped cannot be scrolled to, so the frame's own children are measured too.
        const wide = await page.evaluate(() => {
          const main = document.querySelector('main');
          const rights = [...(main?.querySelectorAll(':scope > *, :scope > * > *') ?? [])].map(
            (element) => element.getBoundingClientRect().right,
          );
          return Math.ceil(
            Math.max(document.documentElement.scrollWidth, ...rights) - document.documentElement.clientWidth,
          );
        });
        if (wide > 0) say(name, `the page is ${wide} px wider than the window`);
        await page.screenshot({
          path: join(folder, `${name}.png`),
          fullPage: shot.wait !== undefined || view === 'phone',
        });
        await context.close();
      }
    }
  } finally {
    await server.close();
  }
}

function say(name: string, text: string): void {
  process.stdout.write(`${name}: ${text}\n`);
}
