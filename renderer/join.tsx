/** The page of a device that nobody has let in yet: all that the station serves to it. */
import './theme/mantine-styles.ts';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { JoinPage } from './screens/join/index.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(<JoinPage />);
