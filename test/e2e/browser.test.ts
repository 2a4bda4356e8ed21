import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChurnBody, WeightsBody } from '../../src/server/figure-schemas.ts';
import {
  injectedInto,
  interactiveMs,
  launchChromium,
  layoutOf,
  namelessControls,
  openPage,
} from '../support/chromium.ts';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { tempDir } from '../support/paths.ts';
import { requireChromium, requirement } from '../support/requirement.ts';
import { metagraphOf, type Server, startServer } from '../support/taoscope.ts';
import { until } from '../support/until.ts';
import { hasWebBuild, initialJavaScript } from '../support/web-bundle.ts';

const built = requirement('web app', hasWebBuild(), 'it is not built; run node scripts/ensure-web.ts');

const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1_280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1_280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};

/** The pages of a subnet beside its neurons, and what stands on each when it has its data. */
const TABS: readonly (readonly [tab: string, ready: string])[] = [
  ['overview', 'section:has(h2:text("Hotkey churn")) canvas'],
  ['miners', 'section:has(h2:text("activity")) canvas'],
  ['validators', 'section:has(h2:text("activity")) canvas'],
  ['weights', '[role=application] canvas'],
  ['map', '[role=application] canvas'],
  ['block', '[role=grid][aria-label=Neurons] tbody tr[aria-rowindex]'],
  ['events', 'ol[aria-label^=Events] li:not([aria-hidden])'],
  ['hyperparameters', 'main dl, main table'],
];

test.skipIf(!built)('the first page loads at most 350 KB of gzipped JavaScript', () => {
  const { bytes, files } = initialJavaScript();
  expect(bytes, JSON.stringify(files)).toBeLessThanOrEqual(350 * 1_024);
  expect(bytes).toBeGreaterThan(10_000);
});

describe.skipIf(!built || !requireChromium())('the dashboard in Chromium', () => {
  let node: DemoNode;
  let data: Awaited<ReturnType<typeof tempDir>>;
  let server: Server;
  let browser: Browser;
  let hotkey: string;
  let coldkey: string;

  beforeAll(async () => {
    node = await startDemoNode({ blockMs: 500 });
    data = await tempDir('browser');
    server = await startServer('up', ['--endpoint', node.url, '--data', data.path], {
      env: { TAOSCOPE_COLLECT_EVERY_BLOCKS: '2' },
    });
    browser = await launchChromium();
    await until(async () => (await server.status()).collect.snapshots >= 8, { what: 'some snapshots' });
    const [first] = (await metagraphOf(node.url, 1)).neurons;
    hotkey = first!.hotkey;
    coldkey = first!.coldkey!;
    await until(async () => (await server.get<WeightsBody>('/subnets/1/weights')).rows.length > 0, {
      what: 'some weights',
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
    await data?.[Symbol.asyncDispose]();
  });

  describe.each(Object.keys(VIEWS))('%s', (view) => {
    test.each([
      ['network', '/', 'Subnets'],
      ['subnet', '/subnets/1', 'Neurons'],
      ['neuron', '/neurons/HOTKEY', 'Registrations'],
      ['sql', '/sql?q=SELECT%20netuid%2C%20count()%20FROM%20neurons%20GROUP%20BY%20netuid', undefined],
    ])('the %s page shows its data, without an error, within the window', async (_name, path, table) => {
      const { page, problems, close } = await openPage(
        browser,
        `${server.url}${path.replace('HOTKEY', hotkey)}`,
        VIEWS[view],
      );
      try {
        if (table === undefined) {
          await page.getByRole('button', { name: 'Run' }).click();
          await rows(page, 'Answer').first().waitFor();
        } else {
          await rows(page, table).first().waitFor();
        }
        if (path.startsWith('/neurons')) await page.locator('canvas').first().waitFor();
        const { overflowPx, scheme } = await layoutOf(page);
        expect(overflowPx, 'the page itself scrolls sideways').toBeLessThanOrEqual(0);
        expect(scheme).toBe(view === 'dark' ? 'dark' : 'light');
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    });
  });

  describe.each(Object.keys(VIEWS))('%s', (view) => {
    test.each(TABS)(
      'the page %s of a subnet shows its data, without an error, within the window',
      async (tab, ready) => {
        const { page, problems, close } = await openPage(
          browser,
          `${server.url}/subnets/1/${tab}`,
          VIEWS[view],
        );
        try {
          await page.locator(ready).first().waitFor();
          expect((await layoutOf(page)).overflowPx, 'the page itself scrolls sideways').toBeLessThanOrEqual(
            0,
          );
          expect(await namelessControls(page)).toEqual([]);
          expect(problems).toEqual([]);
        } finally {
          await close();
        }
      },
    );

    test('the page of a coldkey shows what it holds and earns', async () => {
      const { page, problems, close } = await openPage(
        browser,
        `${server.url}/coldkeys/${coldkey}`,
        VIEWS[view],
      );
      try {
        await page.locator('[role=grid] tbody tr[aria-rowindex]').first().waitFor();
        expect((await layoutOf(page)).overflowPx, 'the page itself scrolls sideways').toBeLessThanOrEqual(0);
        expect(await namelessControls(page)).toEqual([]);
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    });
  });

  test.each([
    ['overview', 'Hotkey churn', 'block,timestamp,changed,added,removed'],
    ['overview', 'Network occupancy', 'block,timestamp,miners,validators'],
    ['miners', 'Miners: activity', 'block,timestamp,coldkey,'],
    ['validators', 'Validators: activity', 'block,timestamp,coldkey,'],
    ['weights', 'Weights', 'validatorUid,validatorHotkey,uid,hotkey,share'],
    ['weights', 'Distance from consensus', 'uid,hotkey,stake,distance,'],
    ['map', 'Map of neurons', 'block,timestamp,uid,hotkey,coldkey,x,y,'],
  ])('on the page %s the figure “%s” is taken away as CSV and as a picture', async (tab, title, header) => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1/${tab}`, VIEWS.light);
    try {
      const figure = page.getByRole('region', { name: title }).first();
      await figure.locator('canvas, tbody tr[aria-rowindex]').first().waitFor();
      const csv = await download(page, title, 'Data as CSV');
      expect(csv.name).toMatch(/\.csv$/);
      const lines = csv.bytes.toString('utf8').trimEnd().split('\r\n');
      expect(lines[0]?.startsWith(header), lines[0]).toBe(true);
      expect(lines.length).toBeGreaterThan(1);
      expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
      const png = await download(page, title, 'Picture as PNG');
      expect(png.name).toMatch(/\.png$/);
      expect(png.bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
      expect(png.bytes.length).toBeGreaterThan(2_000);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('the file of a figure holds what the API answered', async () => {
    const { page, close } = await openPage(browser, `${server.url}/subnets/2`, VIEWS.light);
    try {
      await rows(page, 'Neurons').first().waitFor();
      const answered = page.waitForResponse((response) => response.url().includes('/subnets/2/churn'));
      await page.getByRole('link', { name: 'Overview', exact: true }).click();
      const body = (await (await answered).json()) as ChurnBody;
      await page.getByRole('region', { name: 'Hotkey churn' }).locator('canvas').first().waitFor();
      const { bytes } = await download(page, 'Hotkey churn', 'Data as CSV');
      const got = bytes
        .toString('utf8')
        .trimEnd()
        .split('\r\n')
        .slice(1, 1 + body.shown);
      expect(got).toEqual(
        body.block.map((block, at) =>
          [block, body.timestamp[at], body.changed[at], body.added[at], body.removed[at]]
            .map((cell) => cell ?? '')
            .join(),
        ),
      );
    } finally {
      await close();
    }
  });

  test('an animation is played, stepped and scrubbed by the keyboard alone', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1/miners`, VIEWS.light);
    try {
      const figure = page.getByRole('region', { name: 'Miners: activity' });
      const stage = figure.getByRole('application');
      await stage.locator('canvas').waitFor();
      const frame = async () => Number(await figure.getByLabel('Frame', { exact: true }).inputValue());
      await stage.focus();
      await page.keyboard.press('Home');
      expect(await frame()).toBe(0);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await frame()).toBe(2);
      await page.keyboard.press('ArrowLeft');
      expect(await frame()).toBe(1);
      await page.keyboard.press(' ');
      await until(async () => (await frame()) !== 1, { what: 'the animation moves' });
      const slider = figure.getByLabel('Frame', { exact: true });
      await slider.focus();
      await page.keyboard.press('Home');
      expect(await frame()).toBeLessThan(Number(await slider.getAttribute('max')) + 1);
      await figure.getByRole('button', { name: 'One frame back' }).focus();
      await page.keyboard.press('Enter');
      await figure.getByRole('button', { name: /^(Play|Pause)$/ }).waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('the cells of the matrix are walked with the arrow keys, and Enter opens one', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1/weights`, VIEWS.light);
    try {
      const matrix = page.getByRole('application').first();
      await matrix.locator('canvas').first().waitFor();
      await matrix.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(/row=\d+.*column=\d+|column=\d+.*row=\d+/);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('who may be copying is called a suspicion, and the way it was found is told', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1/weights`, VIEWS.light);
    try {
      const panel = page.getByRole('region', { name: /^Weight copiers/ });
      await panel.getByText('a suspicion, not a verdict').waitFor();
      await panel.getByText('How this is found, and what it cannot tell').click();
      await panel.getByText('Look at the rows before you judge.', { exact: false }).waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('what is selected goes along from page to page, and its address restores it', async () => {
    const { page, problems, close } = await openPage(
      browser,
      `${server.url}/subnets/1/miners?sel=3`,
      VIEWS.light,
    );
    try {
      const tabs = page.getByRole('navigation', { name: 'Pages of this subnet' });
      for (const name of ['Validators', 'Weights', 'Map', 'Events', 'Overview', 'Block']) {
        await tabs.getByRole('link', { name, exact: true }).click();
        await page.waitForURL(new RegExp(`/${name.toLowerCase()}\\?`));
        expect(new URL(page.url()).searchParams.get('sel'), name).toBe('3');
        await page.getByRole('group', { name: 'Selected uids and keys' }).getByText(/UID 3/).waitFor();
      }
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('new snapshots arrive by themselves', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1`, VIEWS.light);
    try {
      await rows(page, 'Neurons').first().waitFor();
      const shown = () => page.getByLabel('Block number').getAttribute('placeholder');
      const first = blockOf(await shown());
      await until(async () => blockOf(await shown()) > first, {
        what: 'a later block on the page',
        deadlineMs: 30_000,
      });
      expect(page.url()).not.toContain('block=');
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('a browser that believes itself offline still asks the server, which may be this machine', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/`, VIEWS.light);
    try {
      await rows(page, 'Subnets').first().waitFor();
      await page.evaluate("window.dispatchEvent(new Event('offline'))");
      await page.getByRole('grid', { name: 'Subnets' }).getByRole('link').first().click();
      await page.waitForURL(/\/subnets\/\d+/);
      await rows(page, 'Neurons').first().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('sorting, filter, groups and columns live in the address, and the address restores them', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1`, VIEWS.light);
    try {
      const grid = page.getByRole('grid', { name: 'Neurons' });
      await rows(page, 'Neurons').first().waitFor();
      const header = grid.getByRole('columnheader', { name: /incentive/i });
      await header.getByRole('button').click();
      await until(async () => (await header.getAttribute('aria-sort')) !== null, { what: 'a sorted column' });
      const sorted = await header.getAttribute('aria-sort');

      await page
        .getByLabel('Which neurons')
        .getByText(/validators/i)
        .click();
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: /^Trust/ }).setChecked(true);
      await page.keyboard.press('Escape');
      await grid.getByRole('columnheader', { name: /^Trust/ }).waitFor();

      const before = await grid.getAttribute('aria-rowcount');
      const url = page.url();
      expect(url).toMatch(/sort=.*show=|show=.*sort=/);
      const again = await openPage(browser, url, VIEWS.light);
      try {
        const grid2 = again.page.getByRole('grid', { name: 'Neurons' });
        await rows(again.page, 'Neurons').first().waitFor();
        expect(await grid2.getByRole('columnheader', { name: /incentive/i }).getAttribute('aria-sort')).toBe(
          sorted,
        );
        expect(await grid2.getByRole('columnheader', { name: /^Trust/ }).count()).toBe(1);
        expect(await grid2.getAttribute('aria-rowcount')).toBe(before);
      } finally {
        await again.close();
      }

      await page.goto(`${server.url}/subnets/1`);
      await page.getByLabel('Filter neurons').fill(hotkey.slice(0, 12));
      await until(async () => (await grid.getAttribute('aria-rowcount')) === '2', {
        what: 'one neuron left by the filter',
      });
      expect(page.url()).toContain(`q=${hotkey.slice(0, 12)}`);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('the slider and the number field go to stored blocks; back returns', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/1`, VIEWS.light);
    try {
      await rows(page, 'Neurons').first().waitFor();
      const thumb = page.getByRole('slider');
      await thumb.focus();
      await page.keyboard.press('Home');
      await page.waitForURL(/block=\d+/);
      const oldest = blockIn(page.url());
      const { blocks } = await server.get<{ blocks: { block: number }[] }>('/subnets/1/blocks');
      expect(oldest).toBe(blocks[0]!.block);

      const chosen = blocks[Math.floor(blocks.length / 2)]!.block;
      await page.getByLabel('Block number').fill(String(chosen));
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`block=${chosen}`));
      await page.getByText('spec', { exact: false }).first().waitFor();

      await page.goBack();
      await page.waitForURL(new RegExp(`block=${oldest}`));
      await page.getByRole('switch', { name: 'Live' }).click({ force: true });
      await until(() => !page.url().includes('block='), { what: 'live again' });
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('refresh stores the newest block', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/subnets/2`, VIEWS.light);
    try {
      await rows(page, 'Neurons').first().waitFor();
      const answered = page.waitForResponse((response) => response.url().endsWith('/subnets/2/refresh'));
      await page.getByRole('button', { name: 'Refresh' }).click();
      const response = await answered;
      expect(response.status()).toBe(200);
      const { block } = (await response.json()) as { block: number };
      await until(
        async () => blockOf(await page.getByLabel('Block number').getAttribute('placeholder')) >= block,
        {
          what: 'the refreshed block on the page',
        },
      );
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('the keyboard alone leads to a neuron', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/`, VIEWS.light);
    try {
      await rows(page, 'Subnets').first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('1');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/subnets\/1/);
      await rows(page, 'Neurons').first().waitFor();
      await page.getByRole('grid', { name: 'Neurons' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/neurons\/5/);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('markup in names from the chain is shown as text', async () => {
    const names = await hostileNames(server);
    expect(names.length, 'the demo has names with markup').toBeGreaterThan(0);
    const { page, problems, close } = await openPage(browser, `${server.url}/`, VIEWS.light);
    try {
      for (const { path } of [{ path: '/' }, ...names]) {
        await page.goto(`${server.url}${path}`);
        await page.locator('tbody tr[aria-rowindex]').first().waitFor();
        expect(await injectedInto(page), path).toEqual({ scripts: 0, elements: 0 });
      }
      const [hostile] = names;
      for (const [tab] of TABS) {
        await page.goto(`${server.url}${hostile!.path}/${tab}`);
        await page.locator('main').getByText('<', { exact: false }).first().waitFor();
        await until(async () => (await page.locator('main [aria-busy=true]').count()) === 0, {
          what: `every figure of ${tab}`,
          deadlineMs: 20_000,
        });
        expect(await injectedInto(page), tab).toEqual({ scripts: 0, elements: 0 });
      }
      await page.goto(`${server.url}${names[0]!.path}`);
      await until(async () => (await page.locator('main').textContent())?.includes('<'), {
        what: 'the markup as text',
      });
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test.each([
    ['/', 'tbody tr[aria-rowindex]'],
    ['/subnets/1', '[role=slider][aria-disabled=false]'],
    ['/sql', 'textarea'],
  ])('everything that can be used on %s has a name', async (path, ready) => {
    const { page, close } = await openPage(browser, `${server.url}${path}`, VIEWS.light);
    try {
      await page.locator(ready).first().waitFor();
      expect(await namelessControls(page)).toEqual([]);
    } finally {
      await close();
    }
  });

  test('an error is shown in its four parts, and leads on', async () => {
    const { page, close } = await openPage(browser, `${server.url}/subnets/4242`, VIEWS.light);
    try {
      await page
        .getByText(/netuid 4242/)
        .first()
        .waitFor();
      await page.locator('main').getByText('To do', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'Network', exact: true }).click();
      await rows(page, 'Subnets').first().waitFor();
    } finally {
      await close();
    }
  });

  test('a runtime upgrade is noticed by an open page', async () => {
    const { page, problems, close } = await openPage(browser, `${server.url}/`, VIEWS.light);
    try {
      await rows(page, 'Subnets').first().waitFor();
      const old = (await server.status()).chain.specVersion!;
      await node.incident('upgrade');
      const now = await until(
        async () => {
          const { specVersion } = (await server.status()).chain;
          return specVersion !== old && specVersion;
        },
        { what: 'the new runtime' },
      );
      await page.getByText(String(now)).first().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test('a subnet’s page can be used at once', async () => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push(await interactiveMs(browser, `${server.url}/subnets/1`));
    console.info(`subnet page interactive after ${times.map(Math.round).join(', ')} ms`);
    // The goal is 1 s on a calm machine, which bench/run.ts measures; this bound only catches what is plainly broken.
    expect(Math.min(...times)).toBeLessThan(5_000);
  });
});

/** What a figure's menu hands to the browser. */
async function download(page: Page, title: string, action: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: `Menu of ${title}`, exact: true }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: action }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

function rows(page: Page, table: string) {
  return page.getByRole('grid', { name: table }).locator('tbody tr[aria-rowindex]');
}

function blockOf(text: string | null): number {
  return Number((text ?? '').replaceAll(/\D/g, ''));
}

function blockIn(url: string): number {
  return Number(new URL(url).searchParams.get('block'));
}

/** Pages on which the demo's hostile names stand. */
async function hostileNames(server: Server): Promise<{ path: string }[]> {
  const { subnets } = await server.get<{ subnets: { netuid: number; name?: string }[] }>('/subnets');
  const inSubnets = subnets
    .filter(({ name }) => name?.includes('<'))
    .map(({ netuid }) => ({ path: `/subnets/${netuid}` }));
  const people = await server.sql(
    `SELECT DISTINCT netuid FROM neurons WHERE position(identity_name, '<') > 0`,
  );
  return [...inSubnets, ...people.map(([netuid]) => ({ path: `/subnets/${netuid}` }))];
}
