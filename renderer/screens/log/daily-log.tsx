import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';

export function DailyLog() {
  const { w } = useWords();
  return <Header title={w.log.title} />;
}
