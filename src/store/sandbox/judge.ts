import { TaoscopeError } from '../../shared/index.ts';
import { clickhouseCode } from '../failure.ts';
import { isHarmlessFunction, TABLE_FUNCTIONS } from './functions.ts';

/** What the judge must know of the store and ask of its engine. */
export interface Court {
  /** The engine's parser on a text given as data: the statement in canonical form. Nothing of it is executed. */
  canonical(sql: string): Promise<string>;
  /** `EXPLAIN AST` of a SELECT, a line per node. */
  syntaxTree(select: string): Promise<readonly string[]>;
  readonly database: string;
  /** All databases of the engine. */
  readonly databases: ReadonlySet<string>;
  /** Tables and views of ours. */
  readonly tables: ReadonlySet<string>;
  /** Functions built into the engine, in lower case. */
  readonly functions: ReadonlySet<string>;
}

/**
 * Decides whether a user's statement may run, and answers it in the engine's canonical form: without comments, one
 * statement, literals escaped. Throws `refused` with the reason, `usage` where it is no statement at all.
 *
 * The engine's own parser reads the text, so there is no second opinion on quoting, case or comments to exploit. Of its
 * syntax tree everything is refused that is not known to be harmless: kinds of nodes, functions, tables. What is allowed
 * still runs under `readonly = 1` and limits (see `limits.ts`).
 */
export async function judge(sql: string, court: Court): Promise<string> {
  if (sql.includes('\0')) throw refused('it has a NUL character');
  const canonical = await court.canonical(sql);

  if (/^SHOW TABLES$/.test(canonical)) return canonical;
  const described = /^(?:DESCRIBE|SHOW CREATE) TABLE (\S+)$/.exec(canonical);
  if (described !== null) {
    checkTable(unquote(described[1] as string), court, '');
    return canonical;
  }

  const explained =
    /^EXPLAIN (?:(?:PLAN|PIPELINE|SYNTAX|AST|ESTIMATE|QUERY TREE) )?(?:\w+ = \d+(?:, \w+ = \d+)* )?(?=SELECT|WITH|\()/.exec(
      canonical,
    );
  const select = explained === null ? canonical : canonical.slice(explained[0].length);
  if (!/^(?:SELECT|WITH|\()/.test(select)) throw refused(`it starts with ${firstWord(canonical)}`);

  // Inside parentheses the grammar has no INTO OUTFILE, no FORMAT and no second statement.
  let tree: readonly string[];
  try {
    tree = await court.syntaxTree(`SELECT * FROM (${select})`);
  } catch (error) {
    if (clickhouseCode(error) !== SYNTAX_ERROR) throw error;
    throw refused('it has more than a plain SELECT: INTO OUTFILE, FORMAT, or several statements');
  }
  checkTree(tree, select, court);
  return canonical;
}

// ClickHouse's SYNTAX_ERROR.
const SYNTAX_ERROR = 62;

const PLAIN_NODES = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ExpressionList',
  'Subquery',
  'WithElement',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableJoin',
  'ArrayJoin',
  'Literal',
  'Asterisk',
  'QualifiedAsterisk',
  'ColumnsListMatcher',
  'ColumnsRegexpMatcher',
  'QualifiedColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'ColumnsTransformerList',
  'ColumnsExceptTransformer',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'OrderByElement',
  'InterpolateElement',
  'WindowListElement',
  'WindowDefinition',
  'SampleRatio',
]);

/**
 * Every line must be harmless by itself. A name with a line break in it can add lines to this text, but each true node
 * still starts a line with its true kind and name: forged lines can only make a statement refused.
 */
function checkTree(lines: readonly string[], select: string, court: Court): void {
  let previous = '';
  for (const line of lines) {
    const node = /^ *([\w:]+)(?: (.*))?$/.exec(line);
    if (node === null) {
      if (line.trim() === '') continue;
      throw refused('it has a name with a line break');
    }
    const kind = node[1] as string;
    const name = (node[2] ?? '').replace(/ \(children \d+\)$/, '').replace(/ \(alias [\s\S]*\)$/, '');
    switch (kind) {
      case 'Function':
        if (previous === 'TableExpression') checkTableFunction(name);
        else if (!isKnown(name, court) || !isHarmlessFunction(name)) throw refused(`it uses ${name}()`);
        break;
      case 'TableIdentifier':
        checkTable(name, court, select);
        break;
      case 'Identifier':
        // `x IN system.one` names a table with a plain identifier.
        checkDatabase(name, court);
        break;
      default:
        if (!PLAIN_NODES.has(kind)) throw refused(`it has ${NODE_NAMES[kind] ?? kind}`);
    }
    previous = kind;
  }
}

// Written by the parser for syntax, not listed among the functions.
const SYNTAX_FUNCTIONS = new Set(['lambda', 'exists', 'grouping', 'untuple', 'in', 'notin']);

// Endings that make another aggregate of one (`countIf`, `avgOrNullIf`); the engine does not list what they make.
const COMBINATOR = /(?:if|array|distinct|ornull|ordefault|foreach|argmin|argmax)$/;

function isKnown(name: string, court: Court): boolean {
  for (let left = name.toLowerCase(); left !== ''; left = left.replace(COMBINATOR, '')) {
    if (court.functions.has(left) || SYNTAX_FUNCTIONS.has(left)) return true;
    if (!COMBINATOR.test(left)) return false;
  }
  return false;
}

const NODE_NAMES: Record<string, string> = {
  Set: 'SETTINGS',
  ColumnsApplyTransformer: 'APPLY',
  QueryParameter: 'a parameter',
};

function checkTableFunction(name: string): void {
  if (!TABLE_FUNCTIONS.has(name)) throw refused(`it uses the table function ${name}()`);
}

function checkTable(name: string, court: Court, select: string): void {
  const own = name.startsWith(`${court.database}.`) ? name.slice(court.database.length + 1) : name;
  // What a SELECT without FROM reads: one row with a 0.
  if (court.tables.has(own) || name === 'system.one') return;
  // The tree does not show the names that WITH gives; the text without its literals does.
  if (/^[A-Za-z_]\w*$/.test(name) && namedByWith(select).has(name)) return;
  if (name === 'system.tables' || name === 'system.columns') {
    throw refused(`it reads ${name}`, 'SHOW TABLES and DESCRIBE TABLE tell the same of the tables here');
  }
  throw refused(
    `it reads ${name || 'a table without a name'}`,
    `one of the tables ${[...court.tables].sort().join(', ')}`,
  );
}

function checkDatabase(name: string, court: Court): void {
  const dot = name.indexOf('.');
  if (dot === -1) return;
  const first = name.slice(0, dot);
  if (first !== court.database && court.databases.has(first)) throw refused(`it reads ${name}`);
}

function namedByWith(select: string): Set<string> {
  const bare = select.replace(/'(?:[^'\\]|\\.)*'/g, "''");
  return new Set(
    Array.from(
      bare.matchAll(/(?:^|[\s(,])`?([A-Za-z_]\w*)`? AS \((?=SELECT|WITH)/g),
      (match) => match[1] as string,
    ),
  );
}

function unquote(name: string): string {
  return name.replaceAll('`', '');
}

function firstWord(text: string): string {
  return /^\S+/.exec(text)?.[0] ?? 'nothing';
}

function refused(
  got: string,
  expected = 'one SELECT (or EXPLAIN, DESCRIBE TABLE, SHOW TABLES) over the tables here',
): TaoscopeError {
  return new TaoscopeError('refused', { failed: 'this statement may not run here', got, expected });
}
