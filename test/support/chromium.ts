import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumPath } from './paths.ts';

export function launchChromium(): Promise<Browser> {
  // A container's Chromium has no user namespaces to build its sandbox of; it opens only our own pages.
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page that remembers what went wrong in it: uncaught errors, console errors, CSP violations, requests that failed. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !/^(data|blob):/.test(request.url()))
      problems.push(`foreign: ${request.url()}`);
  });
  await context.exposeBinding('reportViolation', (_source, text: string) => problems.push(`csp: ${text}`));
  // Scripts for the page are text: the tests are type-checked without the DOM.
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective + ' ' + event.blockedURI))`,
  );
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}

/** Ms from the start of the navigation until the neuron table has rows and the main thread is free. */
export async function interactiveMs(browser: Browser, subnetUrl: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(subnetUrl, { waitUntil: 'commit' });
    await page.waitForSelector('table[aria-label="Neurons"] tbody tr[aria-rowindex]');
    // A frame drawn with the rows, and then an idle moment: a click would be served now.
    return await page.evaluate<number>(
      `new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(() => resolve(performance.now()))))`,
    );
  } finally {
    await context.close();
  }
}

/** How the page is laid out and coloured. */
export function layoutOf(page: Page): Promise<{ overflowPx: number; scheme: string | null }> {
  return page.evaluate(`({
    overflowPx: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    scheme: document.documentElement.getAttribute('data-mantine-color-scheme'),
  })`);
}

/** Elements that only injected markup could have made, and scripts that are not the app's. */
export function injectedInto(page: Page): Promise<{ scripts: number; elements: number }> {
  return page.evaluate(`({
    scripts: [...document.scripts].filter((script) => !script.src.startsWith(location.origin)).length,
    elements: document.querySelectorAll('[onerror], [onload], [onclick], iframe, object, embed, marquee, main img').length,
  })`);
}

/** Controls that a screen reader would announce without a name, as the browser's own accessibility tree has them. */
export async function namelessControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const roles = new Set([
    'button',
    'link',
    'textbox',
    'checkbox',
    'switch',
    'slider',
    'combobox',
    'radio',
    'searchbox',
  ]);
  return nodes
    .filter(({ ignored, role, name }) => !ignored && roles.has(role?.value) && !name?.value)
    .map(({ role, value }) => `${role?.value} ${value?.value ?? ''}`.trim());
}
