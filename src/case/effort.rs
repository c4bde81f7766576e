//! What is left of a plan where little is asked: for each operation in each format a few requests, those
//! first that tell most, and nothing that only repeats.

use std::collections::{BTreeSet, HashMap};

use crate::case::{
    Case, Check, NotAsked, Plan, QuestionIndex, Refusal, Schedule, Scope, WrongBody, WrongId,
    WrongToken,
};
use crate::client::Token;
use crate::config::Scheme;
use crate::contract::{Format, replaces};

/// How many requests an operation gets in one format, those included that a doubt asks again.
pub const MOST_QUICK: usize = 6;
/// How many of them a plan may have: one is left for a doubt.
const PLANNED: usize = MOST_QUICK - 1;

/// An operation, by its place in the contract, in one format.
pub type Pair = (usize, Format);

/// Leaves out what tells least, until each pair of operation and format has few requests.
pub(super) fn lessen(plan: &mut Plan, scheme: Scheme) {
    let mut left = Left {
        asked: BTreeSet::new(),
        counts: HashMap::new(),
    };
    let mut order: Vec<(usize, usize)> = plan
        .cases
        .iter()
        .enumerate()
        .filter(|(_, case)| case.ignored.is_none())
        .map(|(at, case)| (rank(case), at))
        .collect();
    order.sort_unstable();
    for (rank, at) in order {
        let case = trimmed(plan, scheme, &plan.cases[at]);
        if rank == REPEATED || needs_a_later_read(plan, &case) || !left.take(plan, &case) {
            plan.cases[at].ignored = Some(NotAsked::Effort);
        } else {
            plan.cases[at] = case;
        }
    }
    plan.schedule = once(&plan.schedule, &left.asked);
}

/// The rank of what only repeats, which is never asked.
const REPEATED: usize = usize::MAX;

/// Whether a case holds the answer to what replaces a resource against reads of it: those before tell what it
/// was, and each read is asked once.
fn needs_a_later_read(plan: &Plan, case: &Case) -> bool {
    let mut subjects = case.subjects.iter();
    case.id.check == Check::Read
        && subjects.any(|subject| replaces(&plan.questions[*subject].request.method))
}

/// How much a case tells: the least number first.
fn rank(case: &Case) -> usize {
    let several = if case.id.scope == Scope::All { 3 } else { 0 };
    match &case.id.check {
        // An effect is read before and after, and so more than once.
        Check::Repeated | Check::UnknownListed | Check::Effect => REPEATED,
        Check::Refusal(Refusal::Token(WrongToken::Missing)) => 1,
        Check::Refusal(Refusal::Token(WrongToken::Wrong)) => 2,
        Check::Refusal(Refusal::UnknownId { .. }) => 4,
        Check::Read => 5,
        Check::Refusal(Refusal::InvalidId {
            kind: WrongId::Text,
            ..
        }) => 6,
        Check::Refusal(Refusal::Body(WrongBody::Malformed)) => 7,
        Check::Refusal(Refusal::Token(WrongToken::MissingOtherwise)) => 9,
        Check::Refusal(_) => 8,
        _ => several,
    }
}

/// The case with the first of several questions that differ in a value alone; of wrong tokens, the first that is shown
/// as the account's own is.
fn trimmed(plan: &Plan, scheme: Scheme, case: &Case) -> Case {
    let mut case = case.clone();
    let is_wrong_token = case.id.check == Check::Refusal(Refusal::Token(WrongToken::Wrong));
    if is_wrong_token && scheme == Scheme::Bearer {
        let token = |index: &QuestionIndex| plan.questions[*index].request.token;
        let shown = case
            .subjects
            .iter()
            .position(|one| token(one) == Token::UnknownBearer);
        case.subjects.swap(0, shown.unwrap_or_default());
    }
    case.subjects.truncate(1);
    let ids = case
        .subjects
        .first()
        .map_or(&[][..], |index| &plan.questions[*index].ids);
    match &case.id.check {
        // What they are compared with costs more than it tells.
        Check::Refusal(Refusal::Token(_)) | Check::Transport => case.beside.clear(),
        Check::Read | Check::Parity => {
            let is_meant = |index: &QuestionIndex| {
                let beside = &plan.questions[*index].ids;
                beside.iter().all(|id| ids.contains(id))
            };
            case.beside.retain(is_meant);
        }
        _ => {}
    }
    case
}

/// What has been found worth asking.
struct Left {
    asked: BTreeSet<QuestionIndex>,
    counts: HashMap<Pair, usize>,
}

impl Left {
    /// Takes what a case needs, where there is room for all of it; whether there is.
    fn take(&mut self, plan: &Plan, case: &Case) -> bool {
        let needed = case.subjects.iter().chain(&case.beside).copied();
        let more: BTreeSet<QuestionIndex> =
            needed.filter(|index| !self.asked.contains(index)).collect();
        let mut added: HashMap<Pair, usize> = HashMap::new();
        for index in &more {
            let question = &plan.questions[*index];
            *added
                .entry((question.operation, question.format))
                .or_default() += 1;
        }
        let known = |pair: &Pair| self.counts.get(pair).copied().unwrap_or_default();
        if added
            .iter()
            .any(|(pair, count)| known(pair) + count > PLANNED)
        {
            return false;
        }
        for (pair, count) in added {
            *self.counts.entry(pair).or_default() += count;
        }
        self.asked.extend(more);
        true
    }
}

/// Each question that is asked once, in the phase in which it comes first.
fn once(schedule: &Schedule, asked: &BTreeSet<QuestionIndex>) -> Schedule {
    let reads: BTreeSet<QuestionIndex> = schedule.quiet.iter().copied().collect();
    let mut known = BTreeSet::new();
    let mut keep = |list: &[QuestionIndex]| -> Vec<QuestionIndex> {
        let list = list.iter().copied();
        list.filter(|one| asked.contains(one) && known.insert(*one))
            .collect()
    };
    let free = keep(&schedule.free);
    // Reads stand in front of writes, too.
    let ordered: Vec<QuestionIndex> = keep(&schedule.ordered);
    let last = keep(&schedule.last);
    let rest = keep(&[&schedule.early[..], &schedule.quiet, &schedule.after].concat());
    let (early, writes): (Vec<_>, Vec<_>) =
        ordered.into_iter().partition(|one| reads.contains(one));
    Schedule {
        free: [free, early, rest].concat(),
        ordered: writes,
        last,
        ..Schedule::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case;
    use crate::config::Effort;
    use crate::target::Target;
    use crate::writes::Writes;
    use crate::{contract, page, profile};

    #[test]
    fn little_is_asked_and_nothing_twice() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.writes = Writes::All;
        let ids = ["1234", "1235", "1236"].map(str::to_owned).to_vec();
        target.parameters.insert("contactid".to_owned(), ids);
        let whole = case::plan(&contract, &profile, &target);
        target.effort = Effort::Quick;
        let plan = case::plan(&contract, &profile, &target);
        assert_eq!(
            plan.cases.len(),
            whole.cases.len(),
            "each says what became of it"
        );
        let schedule = &plan.schedule;
        let asked = [&schedule.free[..], &schedule.ordered, &schedule.last].concat();
        let mut counts: HashMap<Pair, usize> = HashMap::new();
        for index in &asked {
            let question = &plan.questions[*index];
            *counts
                .entry((question.operation, question.format))
                .or_default() += 1;
        }
        assert_eq!(counts.len(), 4);
        assert!(
            counts.values().all(|count| (4..=PLANNED).contains(count)),
            "{counts:?}"
        );
        let distinct: BTreeSet<QuestionIndex> = asked.iter().copied().collect();
        assert_eq!(distinct.len(), asked.len());
        for case in plan.cases.iter().filter(|case| case.ignored.is_none()) {
            let needed = case.subjects.iter().chain(&case.beside);
            assert!(
                needed.into_iter().all(|one| distinct.contains(one)),
                "{}",
                case.id
            );
        }
        for (case, is_asked) in [
            ("get-crm-contact-contactid::json::schema", true),
            ("get-crm-contact-contactid::xml::parity", true),
            ("get-crm-contact-contactid::xml::refusal::no-token", true),
            (
                "get-crm-contact-contactid::json::refusal::unknown-contactid",
                true,
            ),
            ("get-crm-contact-contactid::json::identity::repeated", false),
            ("post-crm-contact-project-projectid::json::schema", true),
            (
                "post-crm-contact-project-projectid::json::schema::all",
                true,
            ),
            (
                "post-crm-contact-project-projectid::json::identity::repeated",
                false,
            ),
        ] {
            let mut cases = plan.cases.iter();
            let found = cases.find(|one| one.id.to_string() == case).unwrap();
            assert_eq!(found.ignored.is_none(), is_asked, "{case}");
        }
    }

    #[test]
    fn a_wrong_token_is_shown_as_the_own_one_is() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials = crate::target::Credentials::raw("geheim");
        target.effort = Effort::Quick;
        for (scheme, expected) in [
            (Scheme::Bearer, Token::UnknownBearer),
            (Scheme::Raw, Token::Unknown),
            (Scheme::Cookie, Token::Unknown),
        ] {
            target.credentials.scheme = scheme;
            let plan = case::plan(&contract, &profile, &target);
            let wrong = Check::Refusal(Refusal::Token(WrongToken::Wrong));
            let cases = plan.cases.iter().filter(|case| case.id.check == wrong);
            let sent = cases.flat_map(|case| &case.subjects);
            let asked: BTreeSet<QuestionIndex> = plan.schedule.free.iter().copied().collect();
            let sent = sent.filter(|one| asked.contains(one));
            let tokens: Vec<Token> = sent.map(|one| plan.questions[*one].request.token).collect();
            assert!(
                !tokens.is_empty() && tokens.iter().all(|one| *one == expected),
                "{tokens:?}"
            );
        }
    }

    #[test]
    fn what_a_write_replaces_is_not_held_against_what_was_read_before() {
        let page = |method: &str| {
            let text = format!(
                "{method} api/2.0/boats/{{boatid}}\n\nParameters\nName Description Type Example\nboatid\n\
                 sent in url\nWhich boat\nnumber 7\n\nReturns\n\nBoat\n\nExample Response\n\n\
                 application/json\n\n{{\"status\": 0, \"response\": {{\"Id\": 7, \"Name\": \"Jar\"}}}}\n"
            );
            crate::source::Source::new(method, &text)
        };
        let pages = ["GET", "PUT", "DELETE"].map(page).to_vec();
        let contract = contract::of_sources(pages).unwrap();
        let profile = "extends = \"as-documented\"\nname = \"boats\"\n[[identity]]\n\
                       parameter = \"boatid\"\nmember = \"Id\"\n";
        let profile = profile::parse("boats.toml", profile).unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.writes = Writes::All;
        for (effort, is_asked) in [(Effort::Thorough, true), (Effort::Quick, false)] {
            target.effort = effort;
            let plan = case::plan(&contract, &profile, &target);
            let reads = plan
                .cases
                .iter()
                .filter(|case| case.id.check == Check::Read);
            let asked: Vec<bool> = reads.map(|case| case.ignored.is_none()).collect();
            assert_eq!(asked, [is_asked; 2], "{effort:?}");
        }
    }
}
