import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { NetworkPage } from '../pages/network/network-page.tsx';
import { SubnetPage } from '../pages/subnet/subnet-page.tsx';
import { Problem } from '../parts/problem.tsx';
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
  component: SubnetPage,
});

// Charts and the SQL editor are not needed for the first look.
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
  routeTree: root.addChildren([network, subnet, neuron, sql]),
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
