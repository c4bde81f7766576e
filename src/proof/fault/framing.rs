//! Faults of the connection: answers that are not whole, or no answers at all.

use crate::case::Check;
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::{Act, Change, Frame, Turns};
use crate::proof::fault::Fault;
use crate::proof::subject::Subject;

const FRAMES: &[(&str, Frame)] = &[
    ("no-answer", Frame::NoAnswer),
    ("cut-head", Frame::CutHead),
    ("cut-body", Frame::CutBody),
    ("reset", Frame::Reset),
    ("length-too-large", Frame::LengthOff(10)),
    ("length-too-large-by-one", Frame::LengthOff(1)),
    ("length-too-small", Frame::LengthOff(-10)),
    ("length-too-small-by-one", Frame::LengthOff(-1)),
    ("two-lengths", Frame::TwoLengths),
    ("length-of-letters", Frame::LengthOfLetters),
    ("garbled-status-line", Frame::GarbledStatusLine),
    ("garbled-header", Frame::GarbledHeader),
    ("chunks-without-end", Frame::ChunksWithoutEnd),
    ("garbled-chunk", Frame::GarbledChunk),
];

/// Every frame in one answer of each operation, the format changing from frame to frame; silence, the
/// slowest to notice, only once for each question.
pub(super) fn faults(subjects: &[Subject<'_>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, (name, frame)) in FRAMES.iter().enumerate() {
        for (number, subject) in subjects.iter().enumerate() {
            faults.push(fault(subject, Format::ALL[(at + number) % 2], name, *frame));
        }
    }
    if let Some(subject) = subjects.first() {
        let mut stall = fault(subject, Format::Json, "stall", Frame::Stall);
        // What is answered when it is asked once more is a portal that woke up.
        stall.change = stall.change.at(Turns::FirstOfQuestion(2));
        faults.push(stall);
    }
    faults
}

fn fault(subject: &Subject<'_>, format: Format, name: &str, frame: Frame) -> Fault {
    Fault::new(
        Family::Transport,
        &format!("{}:{format}:{name}", subject.slug()),
        Change::of(vec![Act::Frame(frame)])
            .on(&subject.operation.id)
            .in_format(format),
        vec![subject.case(format, Check::Transport)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::change::Scope;
    use crate::portal::tests_support::deployment;
    use crate::proof::tests_support::fetch;

    #[tokio::test]
    async fn unlawful_frames_do_not_hold_the_answer() {
        let plain = fetch(None).await.unwrap();
        let deployment = deployment(None);
        let subjects = Subject::all(&deployment.contract, &deployment.profile);
        for mut fault in faults(&subjects) {
            fault.change.scope = Scope::default();
            let answer = fetch(Some(fault.change)).await;
            assert_ne!(answer.as_ref(), Ok(&plain), "{}", fault.id);
        }
    }
}
