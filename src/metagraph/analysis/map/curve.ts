/** How close two points of the picture are said to be at distance d: 1 / (1 + a d^(2b)). */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

const SAMPLES = 300;
const ROUNDS = 200;

/**
 * The curve nearest (least squares) to the wish: 1 up to `minDist`, then falling off over a distance of 1. Found by
 * Levenberg and Marquardt's method from a = b = 1. The same fit as umap-learn's `find_ab_params`.
 */
export function fitCurve(minDist: number): Curve {
  const wished = Array.from({ length: SAMPLES }, (_, at) => {
    const x = (3 * at) / (SAMPLES - 1);
    return { x, y: x < minDist ? 1 : Math.exp(minDist - x) };
  });
  const errorOf = ({ a, b }: Curve) =>
    wished.reduce((sum, { x, y }) => sum + (y - 1 / (1 + a * x ** (2 * b))) ** 2, 0);
  let best: Curve = { a: 1, b: 1 };
  let error = errorOf(best);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS; round++) {
    const next = step(wished, best, damping);
    const nextError = errorOf(next);
    if (next.a > 0 && next.b > 0 && nextError < error) {
      best = next;
      error = nextError;
      damping /= 10;
    } else damping *= 10;
  }
  return best;
}

/** The damped normal equations of two unknowns, solved by Cramer's rule. */
function step(wished: readonly { x: number; y: number }[], { a, b }: Curve, damping: number): Curve {
  let [aa, ab, bb, ea, eb] = [0, 0, 0, 0, 0];
  for (const { x, y } of wished) {
    if (x === 0) continue;
    const power = x ** (2 * b);
    const value = 1 / (1 + a * power);
    const byA = -power * value * value;
    const byB = 2 * a * Math.log(x) * byA;
    aa += byA * byA;
    ab += byA * byB;
    bb += byB * byB;
    ea += byA * (y - value);
    eb += byB * (y - value);
  }
  aa *= 1 + damping;
  bb *= 1 + damping;
  const determinant = aa * bb - ab * ab;
  return { a: a + (ea * bb - eb * ab) / determinant, b: b + (eb * aa - ea * ab) / determinant };
}
