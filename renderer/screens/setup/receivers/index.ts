export { RadioSetup } from './receivers-panel.tsx';
