/**
 * Weighted sums of products of variables: all that least squares needs of its observations. Kept per group of
 * observations, so that leaving a group out costs no new pass. The last variable is the one explained.
 */
export interface Products {
  readonly variables: number;
  /** Upper triangle by rows, with the explained variable last. */
  readonly sums: Float64Array;
}

export function createProducts(variables: number): Products {
  return { variables, sums: new Float64Array((variables * (variables + 1)) / 2) };
}

/** Adds observations: `columns` holds one column of `count` values per variable, each starting `stride` after the last. */
export function addObservations(
  { variables, sums }: Products,
  columns: Float64Array,
  stride: number,
  count: number,
): void {
  let place = 0;
  for (let i = 0; i < variables; i++) {
    const a = i * stride;
    for (let j = i; j < variables; j++) {
      const b = j * stride;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += columns[a + k]! * columns[b + k]!;
      sums[place] = sums[place]! + sum;
      place++;
    }
  }
}

/** The sum of all groups but one. */
export function pool(groups: readonly Products[], without?: number): Products {
  const all = createProducts(groups[0]?.variables ?? 1);
  groups.forEach(({ sums }, group) => {
    if (group === without) return;
    for (let i = 0; i < sums.length; i++) all.sums[i] = all.sums[i]! + sums[i]!;
  });
  return all;
}

export interface Mixture {
  /** How much of each ingredient, none negative; 0 for one that never varies. */
  readonly parts: Float64Array;
  /** Weighted sum of squares that no mixture explains. */
  readonly residual: number;
  /** Weighted sum of squares of the explained variable. */
  readonly total: number;
}

// Relative to each variable's own size: keeps the fit defined where variables coincide, far below any effect asked for.
const RIDGE = 1e-7;

/**
 * The mixture of the explaining variables, without negative parts, that comes closest in squares: Lawson and Hanson's
 * active set on the normal equations. Of variables that coincide the first gets the part. `allowed` leaves variables out.
 */
export function fitMixture(products: Products, allowed?: (variable: number) => boolean): Mixture {
  const { variables, sums } = products;
  const size = variables - 1;
  const at = (i: number, j: number) => sums[(i * (2 * variables - i + 1)) / 2 + (j - i)]!;
  const scale = Float64Array.from({ length: size }, (_, i) => Math.sqrt(at(i, i)));
  const gram = new Float64Array(size * size);
  const target = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    if (scale[i] === 0) continue;
    target[i] = at(i, size) / scale[i]!;
    for (let j = 0; j < size; j++)
      gram[i * size + j] = scale[j] === 0 ? 0 : at(Math.min(i, j), Math.max(i, j)) / (scale[i]! * scale[j]!);
    gram[i * size + i] = 1 + RIDGE;
  }
  const free: number[] = [];
  const parts = new Float64Array(size);
  const total = at(size, size);
  // Above what the ridge leaves over, else a variable that coincides with another would share its part.
  const least = 10 * RIDGE * Math.sqrt(total);
  for (let step = 0; step < 4 * size; step++) {
    let enter = -1;
    let steepest = least;
    for (let i = 0; i < size; i++) {
      if (free.includes(i) || scale[i] === 0 || allowed?.(i) === false) continue;
      let slope = target[i]!;
      for (const j of free) slope -= gram[i * size + j]! * parts[j]!;
      if (slope > steepest) {
        steepest = slope;
        enter = i;
      }
    }
    if (enter === -1) break;
    free.push(enter);
    while (free.length > 0) {
      const wanted = solve(gram, size, free, target);
      // As far towards the free solution as no part turns negative.
      let reach = 1;
      free.forEach((i, place) => {
        if (wanted[place]! <= 0) reach = Math.min(reach, parts[i]! / (parts[i]! - wanted[place]! || 1));
      });
      free.forEach((i, place) => {
        parts[i] = parts[i]! + reach * (wanted[place]! - parts[i]!);
      });
      if (reach === 1) break;
      for (let place = free.length - 1; place >= 0; place--) {
        const i = free[place]!;
        if (parts[i]! > 1e-12) continue;
        parts[i] = 0;
        free.splice(place, 1);
      }
    }
  }
  let residual = total;
  for (const i of free) {
    residual -= 2 * parts[i]! * target[i]!;
    for (const j of free) residual += parts[i]! * parts[j]! * (gram[i * size + j]! - (i === j ? RIDGE : 0));
  }
  return {
    parts: parts.map((part, i) => (scale[i] === 0 ? 0 : part / scale[i]!)),
    residual: Math.max(0, residual),
    total,
  };
}

/** Cholesky on the chosen variables of a scaled, ridged matrix. */
function solve(
  gram: Float64Array,
  size: number,
  chosen: readonly number[],
  target: Float64Array,
): Float64Array {
  const m = chosen.length;
  const factor = new Float64Array(m * m);
  const solution = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      let value = gram[chosen[a]! * size + chosen[b]!]!;
      for (let k = 0; k < b; k++) value -= factor[a * m + k]! * factor[b * m + k]!;
      factor[a * m + b] = a === b ? Math.sqrt(Math.max(value, RIDGE / 2)) : value / factor[b * m + b]!;
    }
    let value = target[chosen[a]!]!;
    for (let k = 0; k < a; k++) value -= factor[a * m + k]! * solution[k]!;
    solution[a] = value / factor[a * m + a]!;
  }
  for (let a = m - 1; a >= 0; a--) {
    let value = solution[a]!;
    for (let k = a + 1; k < m; k++) value -= factor[k * m + a]! * solution[k]!;
    solution[a] = value / factor[a * m + a]!;
  }
  return solution;
}
