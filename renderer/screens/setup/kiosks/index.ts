export { KiosksPanel } from './kiosks-panel.tsx';
