/** Questions to begin with; each runs on the tables that every store has. Accounts are stored as their 32 bytes. */
export const EXAMPLES: readonly { readonly title: string; readonly query: string }[] = [
  {
    title: 'Best paid miners of a subnet, now',
    query: `SELECT uid, lower(hex(hotkey)) AS hotkey, round(incentive / 65535, 5) AS incentive, emission / 1e9 AS emission
FROM neurons FINAL
WHERE netuid = 1 AND mechanism = 0
  AND block = (SELECT max(block) FROM neurons WHERE netuid = 1 AND mechanism = 0)
ORDER BY incentive DESC
LIMIT 20`,
  },
  {
    title: 'Stored snapshots per subnet',
    query: `SELECT netuid, mechanism, count() AS snapshots, min(block) AS first, max(block) AS last
FROM snapshots FINAL
GROUP BY netuid, mechanism
ORDER BY netuid, mechanism`,
  },
  {
    title: 'Register cost per hour',
    query: `SELECT hour, burn / 1e9 AS register_cost_tao, n
FROM subnets_hourly FINAL
WHERE netuid = 1
ORDER BY hour DESC
LIMIT 168`,
  },
  {
    title: 'Coldkeys with the most neurons',
    query: `SELECT lower(hex(coldkey)) AS coldkey, count() AS neurons, uniqExact(netuid) AS subnets
FROM neurons
WHERE (netuid, mechanism, block) IN (SELECT netuid, mechanism, max(block) FROM snapshots GROUP BY netuid, mechanism)
GROUP BY coldkey
ORDER BY neurons DESC
LIMIT 50`,
  },
  { title: 'All tables', query: 'SHOW TABLES' },
  { title: 'Columns of a table', query: 'DESCRIBE TABLE neurons' },
];
