import { describe, expect, test } from 'vitest';
import { isPublicAddress } from './address.ts';
import { judgeDestination, parseTarget, redirectTarget } from './destination.ts';

const signal = new AbortController().signal;

function judge(url: string, addresses: readonly string[]): Promise<string> {
  const resolve = async () => addresses;
  return judgeDestination(new URL(url), { mayConnect: isPublicAddress, resolve, signal });
}

describe('where a request goes', () => {
  test('is the first public address of the name', async () => {
    await expect(judge('https://a.example/', ['10.0.0.1', '1.1.1.1', '9.9.9.9'])).resolves.toBe('1.1.1.1');
    await expect(judge('https://[2606:4700::1]/', [])).resolves.toBe('2606:4700::1');
  });

  test('is nowhere when the name has private addresses only, or none, or nonsense', async () => {
    await expect(judge('https://a.example/', ['127.0.0.1', '::1'])).rejects.toMatchObject({
      code: 'refused',
    });
    await expect(judge('https://a.example/', ['a.example'])).rejects.toMatchObject({ code: 'refused' });
    await expect(judge('https://a.example/', [])).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('is nowhere for a private literal in any spelling', async () => {
    for (const host of [
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
    ])
      await expect(judge(`http://${host}/`, ['1.1.1.1'])).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('a target', () => {
  test('gives up its credentials to a header', () => {
    const { url, authorization } = parseTarget('https://me:s%20cret@a.example/x?y#z');
    expect(url.href).toBe('https://a.example/x?y');
    // printf 'me:s cret' | base64
    expect(authorization).toBe('Basic bWU6cyBjcmV0');
  });

  test.each(['', 'a.example', 'file:///etc/passwd', 'ftp://a.example/', 'http://', 'http://a b/', 'data:,x'])(
    'is refused as %j',
    (text) => expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'refused' })),
  );
});

describe('a redirect', () => {
  const from = new URL('https://a.example/dir/x');

  test('may be relative, and brings no credentials along', () => {
    expect(redirectTarget(from, '../y').href).toBe('https://a.example/y');
    expect(redirectTarget(from, 'https://me:secret@b.example/').href).toBe('https://b.example/');
  });

  test.each([undefined, 'http://a.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'https://a b/'])(
    'to %j is refused',
    (location) =>
      expect(() => redirectTarget(from, location)).toThrow(expect.objectContaining({ code: 'refused' })),
  );

  test('from http may stay on http', () => {
    expect(redirectTarget(new URL('http://a.example/'), '/y').href).toBe('http://a.example/y');
  });
});
