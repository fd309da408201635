import type { ReactNode } from 'react';

const Stroke = ({ children }: { children: ReactNode }): ReactNode => (
  <svg
    {...{
      width: 20,
      height: 20,
      viewBox: '0 0 24 24',
      fill: 'none',
      stroke: 'currentColor',
      strokeWidth: 1.8,
    }}
    {...{ strokeLinecap: 'round', strokeLinejoin: 'round', 'aria-hidden': true }}
  >
    {children}
  </svg>
);

export const HashIcon = (): ReactNode => (
  <Stroke>
    <path d="M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h15.5M4 15h15.5" />
  </Stroke>
);
export const ChatIcon = (): ReactNode => (
  <Stroke>
    <path d="M4.5 5h15v11.5H10L5.5 20v-3.5h-1z" />
  </Stroke>
);
export const HomeIcon = (): ReactNode => (
  <Stroke>
    <path d="M4 11.5 12 4l8 7.5M6.5 10v9.5h11V10" />
  </Stroke>
);
export const TeamIcon = (): ReactNode => (
  <Stroke>
    <circle cx="9" cy="8" r="3.2" />
    <path d="M3 19c.3-3.6 2.7-5.6 6-5.6s5.7 2 6 5.6M15.5 5.3a3 3 0 0 1 0 5.5M17.5 13.8c2 .7 3.2 2.5 3.5 5.2" />
  </Stroke>
);
export const SendIcon = (): ReactNode => (
  <Stroke>
    <path d="M4.5 12h8M4.5 12 3 4.5 21 12 3 19.5z" />
  </Stroke>
);
export const TickIcon = (): ReactNode => (
  <Stroke>
    <path d="m5.5 12.5 4.5 4.5 8.5-10" strokeWidth={2.6} />
  </Stroke>
);
export const EyeIcon = (): ReactNode => (
  <svg
    width="14"
    height="14"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    aria-hidden="true"
  >
    <path d="M2 12c2.5-4.5 6-6.8 10-6.8S19.5 7.5 22 12c-2.5 4.5-6 6.8-10 6.8S4.5 16.5 2 12z" />
    <circle cx="12" cy="12" r="3" />
  </svg>
);

/** The mark of the bot: one tick for each signature. */
export const Logo = ({ size }: { size: number }): ReactNode => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
    <rect width="32" height="32" rx="7" fill="#16324f" />
    <g fill="none" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round">
      <path d="M7 17l4.5 4.5L20.5 11" stroke="#7fd1ae" />
      <path d="M13.5 19.5l2 2L25 11" stroke="#fff" />
    </g>
  </svg>
);
