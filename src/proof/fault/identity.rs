//! Faults of which resources are answered, and of answers that do not stay.

use serde_json::Value;

use crate::case::Check;
use crate::check::Family;
use crate::check::living::is_id;
use crate::contract::Format;
use crate::level::Level;
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Answers, Change, Head, Keeping, Policy, ReadBack, Turns};
use crate::profile::{Repeats, Tells, UnknownListed};
use crate::proof::fault::Fault;
use crate::proof::pattern::{CasePattern, CheckPattern};
use crate::proof::subject::{Documented, Subject};
use crate::shape::Kind;

/// A fault before it is bound to an operation and a format.
struct Draft {
    name: String,
    acts: Vec<Act>,
    turns: Turns,
    by: By,
}

/// Which cases of the operation must notice.
#[derive(Clone, Copy)]
enum By {
    Asked,
    AllAsked,
    Read,
    AllRead,
    Repeated,
    UnknownListed,
    AnyOfIdentity,
    Any,
}

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut drafts = flicker(subject);
    if let Some(identity) = &subject.identity {
        drafts.extend(asked(subject, identity));
        if subject.profile.unknown_listed == Some(UnknownListed::Dropped) {
            drafts.extend(unknown_refused(subject));
        }
        if subject.is_list {
            drafts.extend(listed(identity));
            drafts.extend(stale(subject));
        }
    }
    let mut faults = reordered(subject);
    faults.extend(cold(subject));
    if subject.operation.writes() {
        faults.extend(once_only(subject));
        faults.extend(stale_alike(subject));
        faults.extend(part(subject));
        faults.extend(effects(subject));
    }
    let formats = Format::ALL.into_iter();
    let answered = formats.filter(|one| subject.profile.answer(subject.operation, *one).is_some());
    let is_alone = answered.count() == 1;
    let picked = picks(subject);
    let number = picked.iter().find(|(name, ..)| *name == "number");
    let number = number.and_then(|(_, member, _)| member.place.rsplit('/').next());
    let counts = is_alone && number.is_some_and(|name| !is_id(name));
    for draft in drafts {
        for format in Format::ALL {
            let fault = Fault::new(
                Family::Identity,
                &format!("{}:{format}:{}", subject.slug(), draft.name),
                Change::of(draft.acts.clone())
                    .on(&subject.operation.id)
                    .in_format(format)
                    .at(draft.turns),
                vec![draft.by.case(subject, format)],
            );
            // What grows in each answer and is no id is a counter, where no other format says that it stays.
            let is_counter = counts && draft.name == "drift-number";
            faults.push(if is_counter { fault.remarked() } else { fault });
        }
    }
    faults
}

impl By {
    fn case(self, subject: &Subject<'_>, format: Format) -> CasePattern {
        let case = |check| subject.case(format, check);
        match self {
            Self::Asked => case(Check::Asked),
            Self::AllAsked => case(Check::Asked).of_all(),
            Self::Read => case(Check::Read),
            Self::AllRead => case(Check::Read).of_all(),
            Self::Repeated => case(Check::Repeated),
            Self::UnknownListed => case(Check::UnknownListed),
            Self::AnyOfIdentity => CasePattern {
                check: CheckPattern::AnyOfIdentity,
                ..subject.any_case(format)
            },
            Self::Any => subject.any_case(format),
        }
    }
}

fn draft(name: &str, act: Act, by: By) -> Draft {
    Draft {
        name: name.to_owned(),
        acts: vec![act],
        turns: Turns::Always,
        by,
    }
}

/// Another resource than the one asked for.
fn asked(subject: &Subject<'_>, identity: &str) -> Vec<Draft> {
    let id = |edit| Act::Tree(Selector::new(Of::Resource, identity), edit);
    let check = By::Asked;
    // The first resource is the one asked for, unless several are.
    let first = if subject.is_list {
        draft(
            "always-first",
            Act::Policy(Policy::Resource(0)),
            By::AllAsked,
        )
    } else {
        draft("always-second", Act::Policy(Policy::Resource(1)), check)
    };
    let others = vec![
        first,
        draft("always-last", Act::Policy(Policy::Resource(3)), check),
        draft("next", Act::Policy(Policy::NextResource), check),
    ];
    // Of what has a text for an id there is one, and no other to take for it.
    let others = others.into_iter().filter(|_| subject.has_several);
    let altered = vec![
        draft("id-plus-one", id(Edit::Add(1)), check),
        draft("id-minus-one", id(Edit::Add(-1)), check),
        draft("id-zero", id(Edit::Set(0.into())), check),
        draft("id-constant", id(Edit::Set(999_999.into())), check),
    ];
    others.chain(altered).collect()
}

/// Ids that no resource has are refused, where they should be left out.
fn unknown_refused(subject: &Subject<'_>) -> Vec<Draft> {
    if subject.operation.body_parameters().next().is_none() {
        return Vec::new();
    }
    [400, 404, 500]
        .into_iter()
        .map(|status| {
            draft(
                &format!("unknown-refused-{status}"),
                Act::Policy(Policy::RefuseUnknown(status)),
                By::UnknownListed,
            )
        })
        .collect()
}

/// A list that does not hold exactly the resources asked for, each once.
fn listed(identity: &str) -> Vec<Draft> {
    let payload = |edit| Act::Tree(Selector::new(Of::Payload, ""), edit);
    let item = |at: usize, edit| Act::Tree(Selector::new(Of::Payload, &at.to_string()), edit);
    let second = |edit| Act::Tree(Selector::new(Of::Second, identity), edit);
    let (asked, all) = (By::Asked, By::AllAsked);
    vec![
        draft(
            "emptied",
            payload(Edit::Set(Value::Array(Vec::new()))),
            asked,
        ),
        draft("first-dropped", item(0, Edit::Drop), asked),
        draft("second-dropped", item(1, Edit::Drop), all),
        draft("first-doubled", payload(Edit::Double(0)), asked),
        draft("second-doubled", payload(Edit::Double(1)), all),
        draft("one-more", Act::Policy(Policy::OneMore), asked),
        draft("all-three-times", payload(Edit::Items(3)), asked),
        draft("second-id-plus-one", second(Edit::Add(1)), all),
        draft("second-id-of-first", second(Edit::Add(-1)), all),
        draft(
            "ids-swapped",
            payload(Edit::Swap(identity.to_owned())),
            By::AllRead,
        ),
    ]
}

/// A resource that tells other things once it was written of, in every answer: it may have been edited.
fn changed_by_write(read: &Subject<'_>, name: &str, acts: Vec<Act>, told: CasePattern) -> Fault {
    let change = Change::of(acts).at(Turns::OnceWritten);
    let name = format!("{}:changed-by-write-{name}", read.slug());
    Fault::new(Family::Identity, &name, change, vec![told]).remarked()
}

/// A link answer that tells other things of a resource than reading it does.
fn stale(subject: &Subject<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, member, edit) in picks(subject) {
        let at = |of| Act::Tree(Selector::new(of, &member.place), edit.clone());
        let read = By::Read;
        drafts.push(draft(&format!("stale-{name}"), at(Of::Resource), read));
        drafts.push(draft(
            &format!("stale-second-{name}"),
            at(Of::Second),
            By::AllRead,
        ));
    }
    drafts
}

/// One member of each type, with an edit that keeps its type.
fn picks<'a>(subject: &'a Subject<'_>) -> Vec<(&'static str, &'a Documented, Edit)> {
    let members = || {
        subject
            .members
            .iter()
            .filter(|one| !subject.is_identity(one) && one.when.is_none())
    };
    let top = |kind: Kind| members().find(|one| one.shape.kind == kind && !one.place.contains('/'));
    let nested = members().find(|one| one.shape.kind == Kind::Text && one.is_in_list);
    let lists = || members().filter(|one| one.is_list());
    let date = Edit::Set(Value::from("2020-12-08T17:37:05.0000000Z"));
    let none = Edit::Set(Value::Array(Vec::new()));
    [
        ("text", top(Kind::Text), Edit::Differ),
        ("number", top(Kind::Integer), Edit::Add(1)),
        ("flag", top(Kind::Boolean), Edit::Flip),
        (
            "date",
            members().find(|one| {
                matches!(one.shape.kind, Kind::DateTime(_)) && !one.place.contains('/')
            }),
            date,
        ),
        ("nested", nested, Edit::Differ),
        ("list-emptied", lists().next(), none),
        ("list-grown", lists().next_back(), Edit::Double(0)),
    ]
    .into_iter()
    .filter_map(|(name, member, edit)| Some((name, member?, edit)))
    .collect()
}

/// Reads of which the very first about each resource tells other things, as from a cache that is filled late.
fn cold(subject: &Subject<'_>) -> Vec<Fault> {
    // Of what nothing names, one answer that differs before all others may be one that was edited.
    if subject.operation.writes() || subject.identity.is_none() || !subject.has_several {
        return Vec::new();
    }
    let repeated = subject.case(Format::Json, Check::Repeated).in_any_format();
    let of_each = |kind: &str, count: usize| {
        let faults = picks(subject).into_iter().map(|(name, member, edit)| {
            let act = Act::Tree(Selector::new(Of::Resource, &member.place), edit);
            let change = Change::of(vec![act]).on(&subject.operation.id);
            let change = change.at(Turns::FirstOfResource(count));
            let name = format!("{}:{kind}-{name}", subject.slug());
            Fault::new(Family::Identity, &name, change, vec![repeated.clone()])
        });
        faults.collect::<Vec<_>>()
    };
    // More reads than one are cold, as where each of two servers fills its own. Of one resource alone, somebody may
    // have edited it; read in one format, two may have changed at one moment.
    let has_both = Format::ALL
        .into_iter()
        .all(|one| subject.operation.response(one).is_some());
    let most = if subject.asked > 1 && has_both { 2 } else { 0 };
    let warming = of_each("warming", 2).into_iter().take(most);
    // The first answer of the portal is about one resource, and somebody may have edited that.
    let of_one = picks(subject).into_iter().map(|(name, member, edit)| {
        let act = Act::Tree(Selector::new(Of::Resource, &member.place), edit);
        let change = Change::of(vec![act]).at(Turns::FirstOfPortal(1));
        let name = format!("{}:cold-of-one-{name}", subject.slug());
        Fault::new(Family::Identity, &name, change, vec![repeated.clone()]).remarked()
    });
    let cold = of_each("cold", 1).into_iter();
    cold.chain(warming).chain(of_one).collect()
}

/// Lists whose order changes from one answer to the next: no more than a remark, but where it counts.
fn reordered(subject: &Subject<'_>) -> Vec<Fault> {
    let whole = Act::Tree(Selector::new(Of::Payload, ""), Edit::ReverseItems);
    let mut all = vec![
        ("items", subject.lists_reversed(false), Level::Warn),
        ("ordered-items", subject.lists_reversed(true), Level::Deny),
    ];
    if subject.is_list {
        all.push(("resources", vec![whole], Level::Warn));
    }
    all.retain(|(_, acts, _)| !acts.is_empty());
    let of_formats = Format::ALL.into_iter();
    let faults = of_formats.flat_map(|format| {
        let case = subject.case(format, Check::Repeated);
        let case = if subject.is_list { case.of_all() } else { case };
        all.clone().into_iter().map(move |(name, acts, level)| {
            let change = Change::of(acts).on(&subject.operation.id).in_format(format);
            let change = change.at(Turns::EachOfQuestion(2));
            let name = format!("{}:{format}:flicker-order-of-{name}", subject.slug());
            let fault = Fault::new(Family::Identity, &name, change, vec![case.clone()]);
            Fault { level, ..fault }
        })
    });
    faults.collect()
}

/// Answers to one question that differ from time to time.
fn flicker(subject: &Subject<'_>) -> Vec<Draft> {
    let second = Turns::EachOfQuestion(2);
    let mut drafts = Vec::new();
    let mut add = |name: String, act, turns, by| {
        let acts = vec![act];
        drafts.push(Draft {
            name,
            acts,
            turns,
            by,
        });
    };
    for (name, member, edit) in picks(subject) {
        let at = |edit| Act::Tree(Selector::new(Of::Resource, &member.place), edit);
        add(format!("flicker-{name}"), at(edit), second, By::Repeated);
        if matches!(name, "text" | "number") {
            let act = at(Edit::DifferEachTime);
            add(format!("drift-{name}"), act, Turns::Always, By::Repeated);
        }
        if matches!(name, "text" | "nested") {
            let id = format!("flicker-drop-{name}");
            add(id, at(Edit::Drop), second, By::Any);
            if !subject.operation.writes() {
                // A write is asked twice at most, a read more often.
                let id = format!("flicker-third-drop-{name}");
                add(id, at(Edit::Drop), Turns::EachOfQuestion(3), By::Any);
            }
        }
    }
    if !subject.operation.writes() {
        for (name, member, edit) in picks(subject) {
            let at = || Act::Tree(Selector::new(Of::Resource, &member.place), edit.clone());
            let first = Turns::FirstOfQuestion(1);
            if subject.identity.is_some() {
                add(format!("early-{name}"), at(), first, By::Repeated);
            }
            add(
                format!("race-{name}"),
                at(),
                Turns::SideBySide,
                By::Repeated,
            );
        }
    }
    let act = Act::Head(Head::Status(500));
    add("flicker-500".to_owned(), act, second, By::Any);
    if subject.identity.is_some() {
        let act = Act::Policy(Policy::NextResource);
        add(
            "flicker-resource".to_owned(),
            act,
            second,
            By::AnyOfIdentity,
        );
    }
    drafts
}

/// Reads that tell other things once something was written, which the answer to the write does not.
pub(super) fn once_written(subjects: &[Subject<'_>]) -> Vec<Fault> {
    let reads = subjects
        .iter()
        .filter(|one| !one.operation.writes() && one.identity.is_some());
    let writes = subjects
        .iter()
        .filter(|one| one.operation.writes() && one.identity.is_some());
    // What only one write could show, another answer would have to contradict.
    let repeated = writes.filter(|one| one.profile.is_repeatable(one.operation));
    let repeated: Vec<&Subject<'_>> = repeated.collect();
    let pairs = reads.filter_map(|read| {
        let mut writes = repeated.iter();
        let write = writes.find(|write| write.identifies() == read.identifies())?;
        Some((read, *write))
    });
    let mut faults = Vec::new();
    for (read, write) in pairs {
        for (name, member, edit) in picks(read) {
            let acts = vec![Act::Tree(Selector::new(Of::Resource, &member.place), edit)];
            let change = Change::of(acts.clone())
                .on(&read.operation.id)
                .at(Turns::OnceWritten);
            let told = write.case(Format::Json, Check::Read).in_any_format();
            let mut add = |name: String, change| {
                let name = format!("{}:{name}", read.slug());
                faults.push(Fault::new(
                    Family::Identity,
                    &name,
                    change,
                    vec![told.clone()],
                ));
            };
            for format in Format::ALL {
                add(
                    format!("{format}:once-written-{name}"),
                    change.clone().in_format(format),
                );
            }
            add(format!("once-written-{name}"), change);
            faults.push(changed_by_write(read, name, acts.clone(), told.clone()));
        }
    }
    faults
}

/// A link answer that tells other things of a resource than reading it does, in both formats alike.
fn stale_alike(subject: &Subject<'_>) -> Vec<Fault> {
    let fault = |(name, member, edit): (&str, &Documented, Edit)| {
        let acts = vec![Act::Tree(Selector::new(Of::Resource, &member.place), edit)];
        let read = subject.case(Format::Json, Check::Read).in_any_format();
        Fault::new(
            Family::Identity,
            &format!("{}:stale-alike-{name}", subject.slug()),
            Change::of(acts).on(&subject.operation.id),
            vec![read],
        )
    };
    picks(subject).into_iter().map(fault).collect()
}

/// A write that is read back otherwise than it was answered, or although it was refused.
fn effects(subject: &Subject<'_>) -> Vec<Fault> {
    if !subject.reads_back() {
        return Vec::new();
    }
    let of = |name: &str, change: Change, format: Option<Format>| {
        let case = subject.case(Format::Json, Check::Effect);
        let case = CasePattern {
            format,
            scope: None,
            ..case
        };
        let name = format!("{}:{name}", subject.slug());
        Fault::new(
            Family::Identity,
            &name,
            change.on(&subject.operation.id),
            vec![case],
        )
    };
    let change_of = |policy| Change::of(vec![Act::Policy(policy)]);
    let mut faults = Vec::new();
    for format in subject.formats_that_write() {
        for (name, policy) in [
            ("not-kept", Policy::Keep(Keeping::Nowhere)),
            ("kept-elsewhere", Policy::Keep(Keeping::Elsewhere)),
            ("kept-twice", Policy::ReadBack(ReadBack::Twice)),
        ] {
            let change = change_of(policy).in_format(format);
            faults.push(of(&format!("{format}:{name}"), change, Some(format)));
        }
        let change = change_of(Policy::Keep(Keeping::Alone)).in_format(format);
        faults.push(of(&format!("{format}:others-lost"), change, None));
        if subject.operation.authenticated {
            let kept = change_of(Policy::Keep(Keeping::Refused));
            let kept = kept.in_format(format).among(Answers::All);
            faults.push(of(&format!("{format}:refused-kept"), kept, None));
        }
    }
    faults
}

/// Only the first of the resources, and where the rest is: no more than a remark.
fn part(subject: &Subject<'_>) -> Vec<Fault> {
    let members = &subject.profile.envelope.members;
    let telling = |what| members.iter().find(|member| member.tells == Some(what));
    let (Some(total), Some(next)) = (telling(Tells::Total), telling(Tells::Next)) else {
        return Vec::new();
    };
    let insert = |name: &str| {
        let edit = Edit::Insert(name.to_owned(), 2.into());
        Act::Tree(Selector::new(Of::Answer, ""), edit)
    };
    let counts = members
        .iter()
        .filter(|member| member.equals == Some(Repeats::Items));
    let mut acts: Vec<Act> = counts
        .map(|member| Act::Tree(Selector::new(Of::Answer, &member.name), Edit::Set(1.into())))
        .collect();
    acts.push(Act::Tree(Selector::new(Of::Payload, "1"), Edit::Drop));
    acts.extend([insert(&total.name), insert(&next.name)]);
    let change = Change::of(acts).on(&subject.operation.id);
    let told = Format::ALL.map(|format| subject.case(format, Check::Asked).of_all());
    let name = format!("{}:first-part", subject.slug());
    let fault = Fault::new(Family::Identity, &name, change, told.to_vec());
    if subject.is_list {
        vec![fault.remarked()]
    } else {
        Vec::new()
    }
}

/// A second link that is refused, whatever the format of the first.
fn once_only(subject: &Subject<'_>) -> Vec<Fault> {
    [400, 403, 404, 409, 500]
        .into_iter()
        .map(|status| {
            let acts = vec![Act::Policy(Policy::OnceOnly(status))];
            let repeated = subject.case(Format::Json, Check::Repeated);
            Fault::new(
                Family::Identity,
                &format!("{}:once-only-{status}", subject.slug()),
                Change::of(acts).on(&subject.operation.id),
                vec![repeated.in_any_format()],
            )
        })
        .collect()
}
