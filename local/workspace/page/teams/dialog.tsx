import { useState, type ReactNode } from 'react';
import { troubleOf, type ActAnswer, type TeamsDialog } from '../api.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../parts/dialog.tsx';
import { TeamsCard, type Find, type Pressed } from './card.tsx';

/** A Teams dialog (task module): the card of a form. */
export function TeamsDialogView(props: {
  dialog: TeamsDialog;
  on: { readonly conversation: string; readonly message: string };
  onAnswer: (answer: ActAnswer) => void;
  onClose: () => void;
}): ReactNode {
  const { me, act } = useDesk();
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (pressed: Pressed): Promise<void> => {
    const answer = await act({ act: 'teamsPress', ...props.on, ...pressed });
    const wrong = troubleOf(answer);
    setTrouble(wrong);
    if (!wrong) props.onAnswer(answer);
  };
  const find: Find = async (dataset, typed) =>
    (await act({ act: 'teamsSuggest', ...props.on, dataset, typed })).choices ?? [];
  return (
    <Dialog title={props.dialog.title} className="teams-dialog" onClose={props.onClose}>
      <div className="dialog-body">
        <TeamsCard
          card={props.dialog.card}
          timeZone={me.timeZone}
          onPress={(p) => void submit(p)}
          find={find}
        />
        {trouble ? (
          <p role="alert" className="field-error">
            {trouble}
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
