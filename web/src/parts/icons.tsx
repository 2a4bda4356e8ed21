import type { ReactNode } from 'react';

/** Small line drawings on a 16 x 16 grid, in the colour of the text. Decorative: the control that holds one has the name. */
function draw(children: ReactNode) {
  return function Icon({ size = 16 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {children}
      </svg>
    );
  };
}

export const CopyIcon = draw(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </>,
);
export const CheckIcon = draw(<path d="m3 8.5 3.2 3L13 4.5" />);
export const SunIcon = draw(
  <>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9" />
  </>,
);
export const MoonIcon = draw(<path d="M13.3 9.6A5.6 5.6 0 0 1 6.4 2.7a5.6 5.6 0 1 0 6.9 6.9Z" />);
export const AutoIcon = draw(
  <>
    <circle cx="8" cy="8" r="5.6" />
    <path d="M8 2.4v11.2A5.6 5.6 0 0 0 8 2.4Z" fill="currentColor" />
  </>,
);
export const SearchIcon = draw(
  <>
    <circle cx="7" cy="7" r="4.3" />
    <path d="m10.3 10.3 3.2 3.2" />
  </>,
);
export const RefreshIcon = draw(
  <>
    <path d="M13.2 8a5.2 5.2 0 1 1-1.6-3.8" />
    <path d="M13.4 2.2v2.6h-2.6" />
  </>,
);
export const DownloadIcon = draw(<path d="M8 2.5v7.2M5 7l3 3 3-3M3 13.2h10" />);
export const ColumnsIcon = draw(
  <>
    <rect x="2.3" y="3" width="11.4" height="10" rx="1.5" />
    <path d="M6.2 3v10M9.9 3v10" />
  </>,
);
export const PreviousIcon = draw(<path d="M9.8 3.5 5.3 8l4.5 4.5" />);
export const NextIcon = draw(<path d="M6.2 3.5 10.7 8l-4.5 4.5" />);
export const LinkIcon = draw(<path d="M6.5 3.5H3.5v9h9v-3M9.5 2.8h3.7v3.7M13 3 7.5 8.5" />);
export const MoreIcon = draw(
  <>
    <circle cx="8" cy="3.2" r="0.7" fill="currentColor" />
    <circle cx="8" cy="8" r="0.7" fill="currentColor" />
    <circle cx="8" cy="12.8" r="0.7" fill="currentColor" />
  </>,
);
export const PlayIcon = draw(<path d="M4.8 2.8v10.4l8.2-5.2Z" fill="currentColor" />);
export const PauseIcon = draw(<path d="M5.2 3.2v9.6M10.8 3.2v9.6" strokeWidth="2.6" />);
export const LoopIcon = draw(
  <>
    <path d="M3 7.2V6a2 2 0 0 1 2-2h7.6M13 8.8V10a2 2 0 0 1-2 2H3.4" />
    <path d="m10.8 2.2 1.9 1.8-1.9 1.8M5.2 13.8 3.3 12l1.9-1.8" />
  </>,
);
export const CloseIcon = draw(<path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />);
export const SlidersIcon = draw(
  <>
    <path d="M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6" />
    <circle cx="10.2" cy="5" r="1.6" />
    <circle cx="5.8" cy="11" r="1.6" />
  </>,
);
