import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { NetworkPage } from '../pages/network/network-page.tsx';
import { NeuronsPage } from '../pages/subnet/neurons-page.tsx';
import { SubnetLayout } from '../pages/subnet/subnet-layout.tsx';
import { Problem } from '../parts/problem.tsx';
import { auditSearch } from '../url/page-search.ts';
import {
  formatQuery,
  networkSearch,
  neuronSearch,
  parseQuery,
  sqlSearch,
  subnetSearch,
} from '../url/search.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const network = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: networkSearch,
  component: NetworkPage,
});

const subnet = createRoute({
  getParentRoute: () => root,
  path: '/subnets/$netuid',
  validateSearch: subnetSearch,
  component: SubnetLayout,
});

const neurons = createRoute({ getParentRoute: () => subnet, path: '/', component: NeuronsPage });

// Charts and the SQL editor are not needed for the first look.
const overview = createRoute({
  getParentRoute: () => subnet,
  path: 'overview',
  component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
});

const miners = createRoute({
  getParentRoute: () => subnet,
  path: 'miners',
  component: lazyRouteComponent(() => import('../pages/activity/role-pages.tsx'), 'MinersPage'),
});

const validators = createRoute({
  getParentRoute: () => subnet,
  path: 'validators',
  component: lazyRouteComponent(() => import('../pages/activity/role-pages.tsx'), 'ValidatorsPage'),
});

const weights = createRoute({
  getParentRoute: () => subnet,
  path: 'weights',
  component: lazyRouteComponent(() => import('../pages/weights/weights-page.tsx'), 'WeightsPage'),
});

const map = createRoute({
  getParentRoute: () => subnet,
  path: 'map',
  component: lazyRouteComponent(() => import('../pages/map/map-page.tsx'), 'MapPage'),
});

const block = createRoute({
  getParentRoute: () => subnet,
  path: 'block',
  component: lazyRouteComponent(() => import('../pages/block/block-page.tsx'), 'BlockPage'),
});

const events = createRoute({
  getParentRoute: () => subnet,
  path: 'events',
  component: lazyRouteComponent(() => import('../pages/events/events-page.tsx'), 'EventsPage'),
});

const hyperparameters = createRoute({
  getParentRoute: () => subnet,
  path: 'hyperparameters',
  component: lazyRouteComponent(
    () => import('../pages/subnet/hyperparameters-page.tsx'),
    'HyperparametersPage',
  ),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../pages/audit/audit-layout.tsx'), 'AuditLayout'),
});

const auditOverview = createRoute({
  getParentRoute: () => audit,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/audit/overview-page.tsx'), 'AuditOverviewPage'),
});

const auditFindings = createRoute({
  getParentRoute: () => audit,
  path: 'findings',
  component: lazyRouteComponent(() => import('../pages/audit/findings-page.tsx'), 'FindingsPage'),
});

const auditIncentives = createRoute({
  getParentRoute: () => audit,
  path: 'incentives',
  component: lazyRouteComponent(() => import('../pages/audit/incentives-page.tsx'), 'IncentivesPage'),
});

const auditMiners = createRoute({
  getParentRoute: () => audit,
  path: 'miners',
  component: lazyRouteComponent(() => import('../pages/audit/miners-page.tsx'), 'MinersPage'),
});

const auditProbes = createRoute({
  getParentRoute: () => audit,
  path: 'probes',
  component: lazyRouteComponent(() => import('../pages/audit/probes-page.tsx'), 'ProbesPage'),
});

const auditReports = createRoute({
  getParentRoute: () => audit,
  path: 'reports',
  component: lazyRouteComponent(() => import('../pages/audit/reports-page.tsx'), 'ReportsPage'),
});

const auditReport = createRoute({
  getParentRoute: () => audit,
  path: 'reports/$id',
  component: lazyRouteComponent(() => import('../pages/audit/report-page.tsx'), 'ReportPage'),
});

const coldkey = createRoute({
  getParentRoute: () => root,
  path: '/coldkeys/$coldkey',
  component: lazyRouteComponent(() => import('../pages/coldkey/coldkey-page.tsx'), 'ColdkeyPage'),
});

const neuron = createRoute({
  getParentRoute: () => root,
  path: '/neurons/$hotkey',
  validateSearch: neuronSearch,
  component: lazyRouteComponent(() => import('../pages/neuron/neuron-page.tsx'), 'NeuronPage'),
});

const sql = createRoute({
  getParentRoute: () => root,
  path: '/sql',
  validateSearch: sqlSearch,
  component: lazyRouteComponent(() => import('../pages/sql/sql-page.tsx'), 'SqlPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    network,
    subnet.addChildren([neurons, overview, miners, validators, weights, map, block, events, hyperparameters]),
    audit.addChildren([
      auditOverview,
      auditFindings,
      auditIncentives,
      auditMiners,
      auditProbes,
      auditReports,
      auditReport,
    ]),
    coldkey,
    neuron,
    sql,
  ]),
  parseSearch: parseQuery,
  stringifySearch: formatQuery,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function PageFailed({ error, reset }: ErrorComponentProps) {
  return <Problem error={error} onRetry={reset} />;
}

function NotFound() {
  return (
    <p>
      There is no such page. <Link to="/">To the network</Link>
    </p>
  );
}
