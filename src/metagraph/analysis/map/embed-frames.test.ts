import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTaoscopeError } from '../../../shared/index.ts';
import { embedFrames, type MapPicture } from './embed-frames.ts';
import type { MapFrame } from './frame.ts';
import { blobs as blobsOf, changed, hotkey, parkMiller, valuedLike } from './testing.ts';

const VALIDATORS = 20;
const GROUPS = 5;
const blobs = (options: Parameters<typeof blobsOf>[0] = {}) => blobsOf({ miners: 100, ...options });
const miners = (picture: MapPicture) => [...picture.hotkeys.keys()].slice(VALIDATORS);

async function draw(...frames: MapFrame[]): Promise<MapPicture[]> {
  return (await embedFrames(frames)).frames;
}

function distance(before: MapPicture, after: MapPicture, hotkey: string): number {
  const [from, to] = [before.hotkeys.indexOf(hotkey), after.hotkeys.indexOf(hotkey)];
  return Math.hypot(before.x[from]! - after.x[to]!, before.y[from]! - after.y[to]!);
}

/** The middle of the miners of a group, leaving some out. */
function centreOf(picture: MapPicture, group: number, except: readonly number[] = []) {
  const members = miners(picture).filter(
    (uid) => (uid - VALIDATORS) % GROUPS === group && !except.includes(uid),
  );
  const mean = (values: readonly number[]) =>
    members.reduce((sum, uid) => sum + values[uid]!, 0) / members.length;
  return { x: mean(picture.x), y: mean(picture.y) };
}

function fromCentre(picture: MapPicture, uid: number, group: number): number {
  const { x, y } = centreOf(picture, group, [uid]);
  return Math.hypot(picture.x[uid]! - x, picture.y[uid]! - y);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

test('the same frames and seed give the same picture, another seed another one', async () => {
  const once = await embedFrames([blobs(), valuedLike(blobs(), 20, 21)]);
  const again = await embedFrames([blobs(), valuedLike(blobs(), 20, 21)], { seed: 1 });
  expect(again).toEqual(once);
  const other = await embedFrames([blobs()], { seed: 2 });
  expect(other.frames[0]?.x).not.toEqual(once.frames[0]?.x);
});

test('an unchanged subnet gives exactly the same picture, whenever it was taken', async () => {
  const [alone] = await draw(blobs());
  const later = await draw(blobs({ block: 5_000 }), blobs({ block: 5_001 }), blobs({ block: 9_000 }));
  for (const picture of later) {
    expect(picture.x).toEqual(alone!.x);
    expect(picture.y).toEqual(alone!.y);
    expect(picture.moved.every((moved) => moved === 0)).toBe(true);
  }
});

test('uids and the order of rows do not matter', async () => {
  const frame = blobs();
  const last = frame.hotkeys.length - 1;
  const [straight] = await draw(frame);
  const [turned] = await draw({
    ...frame,
    hotkeys: frame.hotkeys.toReversed(),
    rows: frame.rows.map((row) => ({ ...row, targets: row.targets.map((uid) => last - uid) })).toReversed(),
  });
  expect(turned!.x.toReversed()).toEqual(straight!.x);
  expect(turned!.y.toReversed()).toEqual(straight!.y);
});

test('groups lie apart', async () => {
  const [picture] = await draw(blobs());
  for (const uid of miners(picture!)) {
    const own = (uid - VALIDATORS) % GROUPS;
    for (let other = 0; other < GROUPS; other++) {
      if (other !== own)
        expect(fromCentre(picture!, uid, own)).toBeLessThan(fromCentre(picture!, uid, other) / 2);
    }
  }
});

test.each([1, 2, 3])(
  'a neuron whose weights change goes to its new neighbours, the others stay: seed %i',
  async (seed) => {
    const frame = blobs({ seed });
    const [before, after] = await draw(frame, valuedLike(frame, 20, 21));
    expect(distance(before!, after!, hotkey(20))).toBeGreaterThan(0.25);
    expect(fromCentre(after!, 20, 1)).toBeLessThan(0.05);
    const others = miners(after!)
      .slice(1)
      .map((uid) => distance(before!, after!, hotkey(uid)));
    expect(median(others)).toBeLessThan(0.001);
    expect(Math.max(...others)).toBeLessThan(0.02);
    expect(after!.moved[20]).toBeGreaterThan(10 * Math.max(...after!.moved.slice(21)));
  },
);

test('a neuron also moves where all receive nearly the same', async () => {
  const flat = (frame: MapFrame): MapFrame => ({
    ...frame,
    rows: frame.rows.map((row) => ({ ...row, values: row.values.map((value) => 1_000_000 + value) })),
  });
  const [before, after] = await draw(flat(blobs()), flat(valuedLike(blobs(), 20, 21)));
  expect(after!.moved[20]).toBeLessThan(0.03);
  expect(distance(before!, after!, hotkey(20))).toBeGreaterThan(0.25);
  expect(fromCentre(after!, 20, 1)).toBeLessThan(0.05);
});

test('many small steps come to as much as a large one', async () => {
  const from = blobs();
  const to = valuedLike(from, 20, 21);
  const frames = Array.from({ length: 41 }, (_, step) => ({
    ...from,
    block: step,
    rows: from.rows.map((row, at) => ({
      ...row,
      values: row.values.map((value, miner) => value + ((to.rows[at]!.values[miner]! - value) * step) / 40),
    })),
  }));
  const pictures = await draw(...frames);
  expect(fromCentre(pictures[40]!, 20, 1)).toBeLessThan(0.05);
  expect(pictures.every(({ moved }) => moved[20]! < 0.05)).toBe(true);
});

test('what all neurons have in common moves none', async () => {
  const frame = blobs();
  const newValidator = {
    validator: hotkey(20),
    targets: frame.rows[0]!.targets,
    values: frame.rows[0]!.values,
  };
  const even = { ...newValidator, values: newValidator.values.map(() => 7) };
  const [before, after] = await draw(frame, changed(frame, { rows: [...frame.rows, even] }));
  expect(Math.min(...after!.moved.slice(21))).toBeGreaterThan(0.1);
  expect(
    Math.max(
      ...miners(after!)
        .slice(1)
        .map((uid) => distance(before!, after!, hotkey(uid))),
    ),
  ).toBe(0);
});

test('one who takes over a uid is a newcomer amid its own, not the one who left', async () => {
  const frame = blobs();
  const replaced = changed(valuedLike(frame, 20, 21), {
    hotkeys: frame.hotkeys.with(20, 'newcomer'),
  });
  const [before, after] = await draw(frame, replaced);
  expect(after!.moved[20]).toBe(0);
  expect(fromCentre(after!, 20, 1)).toBeLessThan(0.05);
  expect(
    median(
      miners(after!)
        .slice(1)
        .map((uid) => distance(before!, after!, hotkey(uid))),
    ),
  ).toBeLessThan(0.001);
});

test('a neuron keeps its place when only its uid changes', async () => {
  const frame = blobs();
  const swap = (uid: number) => (uid === 20 ? 24 : uid === 24 ? 20 : uid);
  const [before, after] = await draw(
    frame,
    changed(frame, {
      hotkeys: frame.hotkeys.map((_, uid) => frame.hotkeys[swap(uid)]!),
      rows: frame.rows.map((row) => ({ ...row, targets: row.targets.map(swap) })),
    }),
  );
  for (const uid of [20, 24, 30]) expect(distance(before!, after!, hotkey(uid))).toBe(0);
});

test('the picture of a frame does not depend on those that follow, but for its zoom', async () => {
  const frame = blobs();
  const [alone] = await draw(frame);
  const [first] = await draw(frame, blobs({ block: 2, seed: 77 }), blobs({ block: 3, miners: 200, seed: 5 }));
  const across = (picture: MapPicture, a: number, b: number) => picture.x[a]! - picture.x[b]!;
  const zoom = across(first!, 20, 21) / across(alone!, 20, 21);
  for (const uid of miners(alone!).slice(2))
    expect(across(first!, 20, uid)).toBeCloseTo(zoom * across(alone!, 20, uid), 9);
});

test('neurons without weights lie in a strip of their own, each at a place that only its hotkey decides', async () => {
  const frame = blobs({ miners: 60 });
  const without20 = changed(frame, {
    rows: frame.rows.map((row) => ({ ...row, values: row.values.with(0, 0) })),
  });
  const [before, after] = await draw(frame, without20);
  const floor = Math.min(...miners(before!).map((uid) => before!.y[uid]!));
  for (let uid = 0; uid < VALIDATORS; uid++) {
    expect(before!.weighted[uid]).toBe(false);
    expect(before!.y[uid]).toBeLessThan(floor);
    expect(distance(before!, after!, hotkey(uid))).toBe(0);
  }
  expect([before!.weighted[20], after!.weighted[20]]).toEqual([true, false]);
  expect(after!.moved[20]).toBe(1);
  expect(after!.y[20]).toBeLessThan(floor);
});

test('no frames, an empty subnet, one neuron, two neurons', async () => {
  expect(await draw()).toEqual([]);
  expect(await draw({ block: 0, hotkeys: [], rows: [] })).toEqual([
    { block: 0, hotkeys: [], x: [], y: [], moved: [], weighted: [] },
  ]);
  const lone = (block: number): MapFrame => ({
    block,
    hotkeys: ['a', 'b'],
    rows: [{ validator: 'a', targets: [1], values: [1] }],
  });
  const [picture] = await draw(lone(0));
  // In the middle of the map: half of 0.88 above 0.06 and 0.12.
  expect([picture!.x[1], picture!.y[1]]).toEqual([0.5, 0.56]);
  const pair = (block: number): MapFrame => ({
    block,
    hotkeys: ['a', 'b'],
    rows: [
      { validator: 'a', targets: [1], values: [1] },
      { validator: 'b', targets: [0], values: [1] },
    ],
  });
  const [one, two] = await draw(pair(1), pair(2));
  expect(one!.x.every((x) => x >= 0 && x <= 1)).toBe(true);
  expect([one!.x[0], one!.y[0]]).not.toEqual([one!.x[1], one!.y[1]]);
  expect([two!.x, two!.y]).toEqual([one!.x, one!.y]);
  const grown = await draw({ block: 1, hotkeys: ['x'], rows: [] }, lone(2), blobs({ block: 3 }));
  expect(grown[2]!.x.every(Number.isFinite)).toBe(true);
});

test('neurons that all receive the same form a cloud, not one point', async () => {
  const frame = blobs();
  const [picture] = await draw({
    ...frame,
    rows: frame.rows.map((row) => ({ ...row, values: row.values.map(() => 655) })),
  });
  const places = miners(picture!).map(
    (uid) => `${picture!.x[uid]!.toFixed(3)} ${picture!.y[uid]!.toFixed(3)}`,
  );
  expect(new Set(places).size).toBeGreaterThan(90);
});

const amount = fc.oneof(
  { weight: 9, arbitrary: fc.nat(65_535) },
  { weight: 9, arbitrary: fc.constantFrom(0, 1, 5e-324, 1e-300, 1e-9, 1e300, Number.MAX_VALUE) },
  { weight: 1, arbitrary: fc.double() },
);
const uid = fc.oneof({ weight: 40, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: fc.integer() });
const hostileFrame = fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 9 }).chain((hotkeys) =>
  fc.record(
    {
      hotkeys: fc.constant(hotkeys),
      rows: fc.uniqueArray(
        fc
          .tuple(fc.constantFrom(...hotkeys, 'gone'), fc.array(fc.tuple(uid, amount), { maxLength: 8 }))
          .map(([validator, cells]) => ({
            validator,
            targets: cells.map(([target]) => target),
            values: cells.map(([, value]) => value),
          })),
        { maxLength: 6, selector: ({ validator }) => validator },
      ),
      stakes: fc.array(amount, { minLength: hotkeys.length, maxLength: hotkeys.length }),
    },
    { requiredKeys: ['hotkeys', 'rows'] },
  ),
);

test('whatever comes in, each place is in the box, or the frames are refused', async () => {
  let placed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(hostileFrame, { maxLength: 4 }), async (frames) => {
      let pictures: MapPicture[];
      try {
        pictures = await draw(...frames.map((frame, block) => ({ block, ...frame })));
      } catch (error) {
        if (!isTaoscopeError(error, 'usage')) throw error;
        return;
      }
      for (const { hotkeys, x, y, moved, weighted } of pictures) {
        expect([x, y, moved].map(({ length }) => length)).toEqual([1, 1, 1].map(() => hotkeys.length));
        const inside = [...x, ...y, ...moved].every((value) => value > -1e-9 && value < 1 + 1e-9);
        expect(inside).toBe(true);
        placed += weighted.filter(Boolean).length;
      }
    }),
    { numRuns: 100 },
  );
  // That not all were refused, or empty.
  expect(placed).toBeGreaterThan(0);
});

test('frames that are none are refused, and why', async () => {
  const refusal = async (frames: readonly MapFrame[], options = {}) =>
    embedFrames(frames, options).then(
      () => 'drawn',
      (error) => error.message,
    );
  const row = { validator: 'a', targets: [1], values: [1] };
  const frame: MapFrame = { block: 7, hotkeys: ['a', 'b'], rows: [row] };
  expect(await refusal([frame, frame])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      block 7 after block 7
      expected: frames in ascending order, one a block"
  `);
  expect(await refusal([{ ...frame, hotkeys: ['a', 'a'] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      a hotkey with two uids
      expected: each hotkey once"
  `);
  expect(await refusal([{ ...frame, rows: [row, row] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      two rows of one validator
      expected: one row for each validator"
  `);
  expect(await refusal([{ ...frame, rows: [{ ...row, values: [] }] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      1 targets with 0 values set by a
      expected: a value for each target"
  `);
  expect(await refusal([{ ...frame, rows: [{ ...row, values: [Number.NaN] }] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      a weight set by a that is no amount
      expected: finite and not negative"
  `);
  expect(await refusal([{ ...frame, rows: [{ ...row, targets: [-1] }] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      a target set by a that is no uid
      expected: whole numbers from 0"
  `);
  expect(await refusal([{ ...frame, stakes: [1] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      stakes that do not fit
      expected: a finite amount for each uid"
  `);
  const crowd = Array.from({ length: 4_097 }, (_, uid) => hotkey(uid));
  expect(await refusal([{ block: 7, hotkeys: crowd, rows: [] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      4097 neurons
      expected: at most 4096"
  `);
  const talk = { validator: 'a', targets: Array(1_048_577).fill(1), values: Array(1_048_577).fill(1) };
  expect(await refusal([{ ...frame, rows: [talk] }])).toMatchInlineSnapshot(`
    "cannot draw the map at block 7
      got:      1048577 weights
      expected: at most 1048576"
  `);
  expect(await refusal([frame], { neighbours: 1 })).toMatchInlineSnapshot(`
    "cannot draw a map with this number of neighbours
      got:      1
      expected: a whole number from 2 to 200"
  `);
  expect(await refusal([frame], { minDist: Number.NaN })).toMatchInlineSnapshot(`
    "cannot draw a map with this least distance
      got:      NaN
      expected: from 0 to 1"
  `);
});

test('the event loop gets its turns meanwhile, and an abort is heard', async () => {
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  await expect(embedFrames([blobs({ miners: 800 })], { signal: stop.signal })).rejects.toMatchObject({
    code: 'aborted',
  });
  await expect(embedFrames([], { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
});

test('a picture stays true over many replacements', async () => {
  const random = parkMiller(9);
  let frame = blobs();
  const frames = [frame];
  for (let step = 0; step < 40; step++) {
    const uid = VALIDATORS + Math.floor(random() * 100);
    const model = VALIDATORS + ((uid - VALIDATORS + 1) % GROUPS);
    frame = changed(valuedLike(frame, uid, model), {
      hotkeys: frame.hotkeys.with(uid, `new ${step}`),
      block: frame.block + 1,
    });
    frames.push(frame);
  }
  const pictures = await draw(...frames);
  expect(pictures).toHaveLength(41);
  for (const [at, picture] of pictures.entries()) {
    const previous = pictures[at - 1];
    if (previous === undefined) continue;
    const stayed = picture.hotkeys.filter((name) => previous.hotkeys.includes(name)).slice(VALIDATORS);
    expect(median(stayed.map((name) => distance(previous, picture, name)))).toBeLessThan(0.001);
  }
});
