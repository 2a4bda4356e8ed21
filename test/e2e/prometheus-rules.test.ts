import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repoRoot } from '../support/paths.ts';
import { requirement } from '../support/requirement.ts';

const FOLDER = join(repoRoot, 'deploy/prometheus');
const RULES = 'taoscope-audit.rules.yml';
const TESTS = 'taoscope-audit.rules.test.yml';

const promtool = (...args: string[]) =>
  spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8', timeout: 60_000 });

const isThere = requirement(
  'alert rules',
  promtool('--version').status === 0,
  'no promtool; it is in the Debian package prometheus',
);

describe.skipIf(!isThere)('the alert rules, in Prometheus’ own words', () => {
  test('are rules', () => {
    const { status, stdout, stderr } = promtool('check', 'rules', RULES);
    expect(stdout + stderr).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('fire when they should, and only then', () => {
    const { status, stdout, stderr } = promtool('test', 'rules', TESTS);
    expect(stdout + stderr).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('are each tried with an alert that fires and with one that does not', async () => {
    const [rules, tests] = await Promise.all(
      [RULES, TESTS].map((name) => readFile(join(FOLDER, name), 'utf8')),
    );
    const alerts = [...(rules ?? '').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(alerts.length).toBeGreaterThan(5);
    for (const alert of alerts) {
      expect(tests, `${alert} fires`).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n\\s+- `));
      expect(tests, `${alert} is silent`).toMatch(new RegExp(`alertname: ${alert}, exp_alerts: \\[\\]`));
    }
  });
});
