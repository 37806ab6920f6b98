export { JoinPage } from './join-page.tsx';
export { ShutOut } from './shut-out.tsx';
