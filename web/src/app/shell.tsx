import { Link, Outlet } from '@tanstack/react-router';
import { Banners } from './banners.tsx';
import { HeadIndicator } from './head-indicator.tsx';
import { SchemeSwitch } from './scheme-switch.tsx';
import { SearchBox } from './search-box.tsx';
import styles from './shell.module.css';
import { TokenDialog } from './token-dialog.tsx';

/** The frame of every page. */
export function Shell() {
  return (
    <>
      <a href="#content" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link to="/" className={styles.brand} aria-label="Taoscope, network">
            <Mark />
            <span className={styles.brandName}>Taoscope</span>
          </Link>
          <nav className={styles.nav} aria-label="Pages">
            <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
              Network
            </Link>
            <Link to="/audit" activeOptions={{ includeSearch: false }}>
              Audit
            </Link>
            <Link to="/sql" activeOptions={{ includeSearch: false }}>
              SQL
            </Link>
          </nav>
          <div className={styles.search}>
            <SearchBox />
          </div>
          <HeadIndicator />
          <SchemeSwitch />
        </div>
      </header>
      <main id="content" tabIndex={-1} className={styles.main}>
        <Banners />
        <Outlet />
      </main>
      <TokenDialog />
    </>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f766e" />
      <g fill="none" stroke="#fff" strokeLinecap="round">
        <circle cx="16" cy="16" r="9.5" strokeWidth="1.6" strokeOpacity=".55" />
        <path d="M10.5 12.2h11M16 12.6v6.6c0 1.7.9 2.5 2.6 2.3" strokeWidth="2.6" />
      </g>
    </svg>
  );
}
