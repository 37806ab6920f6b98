/**
 * The styles of the Mantine components that the screens use, and of what those are made of, in Mantine's own order
 * (mantine.dev/styles/css-files-list). All of them together were a quarter of a megabyte that the browser read before
 * the first picture. Whoever takes another component adds its file here: `mantine-styles.test.ts` asks for it.
 */
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/VisuallyHidden.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/Menu.css';
