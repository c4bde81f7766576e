//! The page of all cases, `docs/cases.md`, made of the checks that there are.

use std::fmt::Write as _;

use crate::case::{CaseId, Check, Refusal, Scope, WrongBody, WrongId, WrongToken};
use crate::contract::{Format, OperationId};

/// What stands for the name of a parameter.
const PARAMETER: &str = "PARAMETER";

/// What the page says before the table.
const HEAD: &str = "# Which cases an operation gets

This page is made in `src/report/cases.rs`, which names every check that there is; a test compares them, and `UPDATE_DOCS=1 cargo test --test suite checks` writes it anew.

Each documented operation gets the cases of its answers in each format that its page documents. `run --list` shows them, and says why one would not be asked. An operation that documents no answer, or a success without a body such as 204, gets the cases of tokens alone but for `no-token-otherwise`, and that of the second account, with `json` in their names: that they are refused is seen by the status. Its `transport` comes with them: of a success without a body it judges the status; where no answer is documented it is listed and ignored, as no success is judged, and counts as a member that was not seen.

| case | asked of | what it needs |
|---|---|---|
";

/// What the page says behind the table.
const TAIL: &str = "
The word `all` behind a name says: with all of several resources that are named, where a list in the body names them. Where only one is known, such a case is ignored and says which option it needs.

## What names a resource

The cases of `identity` beside `repeated`, and those of unknown and wrong ids, are asked only where it is known that a parameter names a resource. Two things say so.

**The profile states it**, for single operations or whole families:

```toml
[[identity]]
operation = [\"get-crm-task-*\", \"put-crm-task-*\"]   # names in which * stands for any part
parameter = \"taskid\"
member = \"id\"                                      # of the answered task
because = \"the server looks tasks up by their id\"

[[identity]]
operation = \"post-crm-contact-project-projectid\"
parameter = \"projectid\"                            # must be there, and no answer repeats it
because = \"the link answers with contacts alone\"
```

The last entry that means the parameter of an operation holds. An entry without `operation` means operations that answer with one object and whose path ends with the parameter, and those that answer with a list and take a list of ids in the body, where the answered object documents the member.

**The page leaves no doubt.** A parameter is taken for an id where all of this holds:

- it is a whole number, a GUID or, by the schema of a document, a text without listed values whose values are keys (`ord_8fj2`, not `me`, `ann7@example.com` or `2024-annual-report`), is not optional, and is the last segment of the path: `boat/{boatid}`, not `boat/{boatid}/crew` or `boat/own-{boatid}`;
- it is `id`, or called after the segment before it: `boat/{id}` and `boats/{boatid}`, not `crew/{boatid}` or `boat/{kind}`;
- the method is GET, PUT, PATCH or DELETE, as what a POST answers is new;
- one object is answered, never null, and it is called after that segment and nothing else, by its schema or by what the page says it returns: `Boat`, `BoatWrapper`, `Port.Boat`, `The boat information`, not `Owner of the boat`; where a read by `boatId` or `id` answers with a schema without a name, its required `id` says so;
- it is the answer, or stands alone in it beside words of how it went, of pages and of links: `{boat: {...}}`, `{success: true, data: {...}}`, not `{id: 1, owner: {...}}`; the member that holds it may be called after it as well;
- exactly one of its members is called `id` or `boatId`, is of that type and never null, and the profile has no note on it;
- where the page shows values, the example of the answer repeats the one that is asked for.

An id by its name, a whole number or a GUID, that the path of a read of one object ends with is one too where 404 is documented for it: an id that nothing has is tried then, and no answer is held against it.

So lists of what belongs to a resource, filters by number, `@self` beside `{userid}`, optional ids, ids of what something belongs to and words that choose a kind are none. `run --list` shows what is inferred, and which texts are not held against the answer, and a line of data says no:

```toml
[[identity]]
operation = \"get-boat-boatid\"   # \"*\" for all
parameter = \"*\"
is = false
```

## What an operation without notes is not judged by

- `identity` beside `repeated`: another resource than the one asked for is not noticed where nothing names it; a resource in one answer is held against another only where both are named alike.
- One answer that differs from all later ones, where nothing names what is answered: somebody may have edited it.
- Unknown and wrong ids, where no parameter is known to name a resource. What stands in the query is never tried with wrong values.
- Members that the page does not document, values that are rare, and what is omitted at its default: the example is taken at its word, so a portal that leaves out what the page shows is told to.
- The effect of a write, and of a write that was refused, where no `[[effect]]` says how it is read back.
- The order of lists, and what texts hold beside their form: `[inference]` and `ordered` of the profile say more ([profiles.md](profiles.md)).
- Wrong tokens, where the page does not say that one is needed.
- The envelope beside what the profile lists, until its snapshot is reviewed.

## How many requests

Of both formats, a read that needs no token is asked 14 times and one that needs one about 120 times, of which most are refused; a read of a named resource about 160 times, and 65 times more for another resource of it. A write that may not be repeated is sent once, and about 100 requests that must be refused go with it. `--effort quick` sends 10 at most. `run --list` shows what there is to ask.
";

/// The page of all cases, as Markdown.
#[must_use]
pub fn cases() -> String {
    let mut page = HEAD.to_owned();
    for check in all() {
        let (of, needs) = said(&check);
        let _ = writeln!(page, "| `{}` | {} | {needs} |", name(check), of.words());
    }
    page.push_str(TAIL);
    page
}

/// The name of a case behind operation and format.
fn name(check: Check) -> String {
    let is_members = check == Check::Members;
    let case = |format, check| CaseId {
        operation: OperationId::of("GET", "x"),
        format,
        check,
        scope: Scope::One,
    };
    let json = case(Format::Json, check.clone()).check_name();
    if is_members {
        format!("{json}`, `{}", case(Format::Xml, check).check_name())
    } else {
        json
    }
}

/// Every check.
fn all() -> Vec<Check> {
    let mut all = vec![
        Check::Transport,
        Check::Envelope,
        Check::Members,
        Check::Parity,
        Check::Repeated,
        Check::Snapshot,
        Check::Asked,
        Check::Read,
        Check::UnknownListed,
        Check::Effect,
        Check::Refusal(Refusal::OtherAccount { is_listed: false }),
    ];
    let tokens = [
        WrongToken::Missing,
        WrongToken::Empty,
        WrongToken::Wrong,
        WrongToken::Malformed,
        WrongToken::Misplaced,
        WrongToken::MissingOtherwise,
    ];
    let parameter = || PARAMETER.to_owned();
    let kinds = [
        WrongId::Text,
        WrongId::Zero,
        WrongId::Negative,
        WrongId::Oversized,
        WrongId::Loose,
    ];
    let ids = kinds.map(|kind| Refusal::InvalidId {
        kind,
        parameter: parameter(),
    });
    let bodies = [
        WrongBody::Malformed,
        WrongBody::Empty,
        WrongBody::Mistyped,
        WrongBody::Missing,
    ];
    let unknown = Refusal::UnknownId {
        parameter: parameter(),
    };
    let refusals = tokens.map(Refusal::Token).into_iter();
    let refusals = refusals.chain([unknown]).chain(ids);
    all.extend(
        refusals
            .chain(bodies.map(Refusal::Body))
            .map(Check::Refusal),
    );
    all
}

/// The check of a name; in the place of what stands for a parameter, any name may stand.
pub(super) fn find(wanted: &str) -> Option<Check> {
    all().into_iter().find(|check| {
        let name = name(check.clone());
        match name.strip_suffix(PARAMETER) {
            Some(begin) => {
                let parameter = wanted.strip_prefix(begin);
                parameter.is_some_and(|parameter| !parameter.is_empty())
            }
            None => name == wanted,
        }
    })
}

/// The names of the checks that have two steps: those of one step are called as their families.
pub(super) fn names() -> Vec<String> {
    let names = all().into_iter().map(name);
    names.filter(|name| name.contains("::")).collect()
}

/// What a check tries, in a sentence without its point.
pub(super) fn tried(check: &Check) -> &'static str {
    match check {
        Check::Transport => "Status, media type, and a complete and well-formed body",
        Check::Envelope => "The members around the payload are there",
        Check::Members => "Every documented member is there, of its type",
        Check::Parity => "XML says what JSON says",
        Check::Asked => "The answer is about the resources that were asked for",
        Check::Repeated => "The same question gets the same answer again",
        Check::Read => "A resource in the answer equals the resource read by its id",
        Check::Effect => "What was written is there, and nothing else has changed",
        Check::UnknownListed => {
            "Ids that no resource has are left out of an answer that keeps the contract otherwise"
        }
        Check::Snapshot => "The envelope looks as in the reviewed snapshot",
        Check::Refusal(refusal) => match refusal {
            Refusal::Token(WrongToken::Missing) => "A request without a token is refused",
            Refusal::Token(WrongToken::Empty) => "A request with an empty token is refused",
            Refusal::Token(WrongToken::Wrong) => {
                "A request with a token that nobody has is refused"
            }
            Refusal::Token(WrongToken::Malformed) => {
                "A request with what cannot be a token is refused"
            }
            Refusal::Token(WrongToken::Misplaced) => {
                "A request with the token where no page says that it may stand is refused"
            }
            Refusal::Token(WrongToken::MissingOtherwise) => {
                "A request without a token that is sent in another manner gets no data"
            }
            Refusal::UnknownId { .. } => "A request for an id that no resource has is refused",
            Refusal::InvalidId { .. } => "A request for what is no id is refused",
            Refusal::Body(_) => "A request whose body is wrong is refused",
            Refusal::OtherAccount { .. } => {
                "An account that must not see a resource is refused it, and cannot change it"
            }
        },
    }
}

/// Which operations get a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedOf {
    Every,
    /// A parameter names the resource that is answered.
    Named,
    /// A list in the body names resources.
    Listed,
    /// A whole number or a GUID in the path names a resource.
    Identified,
    /// A whole number in the path names a resource.
    Numbered,
    /// The profile says how a write is read back.
    ReadBack,
    /// A parameter may name what the target hides.
    Hiding,
    /// The page says that a token is needed.
    WithToken,
    /// Those of them that only read.
    ReadWithToken,
    /// Parameters stand in the body.
    WithBody,
}

impl AskedOf {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Every => "every operation",
            Self::Named => "operations of which a parameter names the resource that is answered",
            Self::Listed => {
                "operations of which a list in the body names the resources that are answered"
            }
            Self::Identified => {
                "operations of which a whole number or a GUID in the path names a resource"
            }
            Self::Numbered => "operations of which a whole number in the path names a resource",
            Self::ReadBack => "writes that the profile says how to read back",
            Self::Hiding => "operations of which a parameter may name what the target hides",
            Self::WithToken => "operations whose page says that a token is needed",
            Self::ReadWithToken => "reads whose page says that a token is needed",
            Self::WithBody => "operations with parameters in the body",
        }
    }
}

/// Which operations get a check, and what it needs beside.
pub(super) fn said(check: &Check) -> (AskedOf, &'static str) {
    match check {
        Check::Transport | Check::Members => (AskedOf::Every, ""),
        Check::Envelope => (AskedOf::Every, "judges what the profile's envelope lists"),
        Check::Parity => (AskedOf::Every, "both formats documented; in XML"),
        Check::Repeated => (
            AskedOf::Every,
            "a read, or a write that the profile calls repeatable",
        ),
        Check::Snapshot => (
            AskedOf::Every,
            "a reviewed snapshot, or a folder for new ones (`--snapshots DIR`)",
        ),
        Check::Asked => (AskedOf::Named, ""),
        Check::Read => (
            AskedOf::Named,
            "another operation that reads one: a GET of the same path that documents as much, or one that the profile states to read it",
        ),
        Check::Effect => (
            AskedOf::ReadBack,
            "`[[effect]]`, and a portal that offers the read",
        ),
        Check::UnknownListed => (AskedOf::Listed, "`unknown-listed` in the profile"),
        Check::Refusal(refusal) => refused(refusal),
    }
}

fn refused(refusal: &Refusal) -> (AskedOf, &'static str) {
    match refusal {
        Refusal::OtherAccount { .. } => (
            AskedOf::Hiding,
            "`other-account` and `hidden` of the target; what a refused write left is seen where `[[effect]]` says how to read it back",
        ),
        Refusal::Token(WrongToken::Misplaced) => (AskedOf::ReadWithToken, "a token"),
        Refusal::Token(_) => (AskedOf::WithToken, ""),
        Refusal::UnknownId { .. } => (AskedOf::Identified, ""),
        Refusal::InvalidId { .. } => (AskedOf::Numbered, "a value that nobody names"),
        Refusal::Body(WrongBody::Malformed) => (AskedOf::WithBody, "a body in JSON"),
        Refusal::Body(WrongBody::Mistyped) => (AskedOf::WithBody, "the first of them is no text"),
        Refusal::Body(WrongBody::Empty | WrongBody::Missing) => {
            (AskedOf::WithBody, "one of them may not be left out")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::explain;

    #[test]
    fn what_explain_says_of_a_check_is_what_the_page_says() {
        let page = cases();
        // Those of one step are told as their families.
        for name in names() {
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| `{name}` ")));
            let row = row.unwrap_or_else(|| panic!("no row of {name}"));
            let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
            let (of, needs) = (cells[1], cells.get(2).copied().unwrap_or_default());
            let said = explain::check(&name).unwrap_or_else(|| panic!("nothing on {name}"));
            assert!(
                said.contains(&format!("\nasked of: {of}\n")),
                "{row}\n{said}"
            );
            let told = said.lines().find_map(|line| line.strip_prefix("needs: "));
            assert_eq!(told.unwrap_or_default(), needs, "{name}");
        }
        let of = |name: &str| explain::check(name).unwrap_or_default();
        assert!(of("refusal::zero-contactid").contains("a whole number in the path"));
        assert!(of("identity::unknown").contains("a list in the body"));
    }

    #[test]
    fn the_family_of_a_check_is_known_by_its_name() {
        use crate::check::Family;
        use crate::report::outline::family_of;

        for check in all() {
            for format in Format::ALL {
                let id = CaseId {
                    operation: OperationId::of("GET", "x"),
                    format,
                    check: check.clone(),
                    scope: Scope::All,
                };
                assert_eq!(
                    Family::of_check(&id.check_name()),
                    Some(family_of(&id)),
                    "{id}"
                );
            }
        }
        assert_eq!(Family::of_check("weather::today"), None);
    }
}
