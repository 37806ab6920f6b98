import './theme/mantine-styles.ts';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { createKiosk } from './session/index.ts';
import { App } from './shell/app.tsx';
import { openWireFor } from './station/index.ts';

const kiosk = createKiosk(openWireFor);
kiosk.start();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(<App kiosk={kiosk} />);
