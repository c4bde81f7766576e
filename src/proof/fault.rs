//! The catalogue of faults: what a portal can do wrong, each with the cases that must notice.
//!
//! Most faults are generated from the documented members, so that new pages bring their own; the rest
//! is listed by hand, family by family, after the table of what each case judges. Ids are
//! `family:where:what`, and stay when faults are added.

mod aside;
mod envelope;
mod framing;
mod identity;
mod markup;
mod member;
mod parity;
mod refusal;
mod transport;

use crate::case::CaseId;
use crate::check::Family;
use crate::contract::Contract;
use crate::level::Level;
use crate::portal::Change;
use crate::profile::Profile;
use crate::proof::pattern::CasePattern;
use crate::proof::subject::Subject;

/// One deliberate defect of the reference portal.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Its name, such as `schema:get-crm-contact-contactid:drop:CommonData/*/Data`.
    pub id: String,
    /// The family of checks that it is made for.
    pub family: Family,
    /// The defect.
    pub change: Change,
    /// Whether it must fail the run, or be told as a remark and fail nothing.
    pub level: Level,
    /// Each must cover a case that fails, or that has a remark.
    pub caught_by: Vec<CasePattern>,
}

impl Fault {
    /// Names a fault after its family.
    fn new(family: Family, name: &str, change: Change, caught_by: Vec<CasePattern>) -> Self {
        Self {
            id: format!("{family}:{name}"),
            family,
            change,
            level: Level::Deny,
            caught_by,
        }
    }

    /// The same, told as a remark that fails nothing.
    fn remarked(self) -> Self {
        Self {
            level: Level::Warn,
            ..self
        }
    }

    /// The patterns that cover none of the cases that told of it; none where the fault is caught.
    #[must_use]
    pub fn missed(&self, told: &[&CaseId]) -> Vec<&CasePattern> {
        let patterns = self.caught_by.iter();
        patterns
            .filter(|pattern| !told.iter().any(|case| pattern.covers(case)))
            .collect()
    }
}

/// Every fault of a portal that offers a contract under a profile; no two have the same id.
#[must_use]
pub fn faults(contract: &Contract, profile: &Profile) -> Vec<Fault> {
    let subjects = Subject::all(contract, profile);
    let mut faults = transport::faults(&subjects);
    faults.extend(framing::faults(&subjects));
    faults.extend(aside::faults(&subjects));
    faults.extend(subjects.iter().flat_map(envelope::faults));
    faults.extend(subjects.iter().flat_map(member::faults));
    faults.extend(subjects.iter().flat_map(markup::faults));
    faults.extend(subjects.iter().flat_map(parity::faults));
    faults.extend(subjects.iter().flat_map(identity::faults));
    faults.extend(identity::once_written(&subjects));
    faults.extend(subjects.iter().flat_map(refusal::faults));
    faults
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::case;
    use crate::portal::tests_support::{contract, deployment};
    use crate::portal::{Deployment, parameters};
    use crate::profile::MemberCase;
    use crate::proof::tests_support::without_effect;
    use crate::target::{Credentials, Other, Target};
    use crate::writes::Writes;

    fn all() -> Vec<Fault> {
        faults(&contract(), &deployment(None).profile)
    }

    #[test]
    fn every_fault_is_seen_in_some_answer() {
        let changes: Vec<_> = all().into_iter().map(|one| (one.id, one.change)).collect();
        let idle = without_effect(&changes, &deployment(None));
        assert_eq!(idle, Vec::<String>::new());
    }

    #[test]
    fn faults_follow_the_profile() {
        let mut profile = deployment(None).profile.as_ref().clone();
        profile.member_case = MemberCase::Camel;
        profile.xml.yes = "true".to_owned();
        profile.xml.no = "false".to_owned();
        let deployment = Deployment {
            profile: Arc::new(profile),
            ..deployment(None)
        };
        let faults = faults(&deployment.contract, &deployment.profile);
        let drop = faults
            .iter()
            .find(|one| one.id.ends_with(":drop:CommonData/*/Data"));
        let acts = format!("{:?}", drop.unwrap().change.acts);
        assert!(acts.contains("\"commonData\""), "{acts}");
        let of_members = faults.into_iter().filter(|one| one.family == Family::Shape);
        let changes: Vec<_> = of_members.map(|one| (one.id, one.change)).collect();
        assert_eq!(without_effect(&changes, &deployment), Vec::<String>::new());
    }

    #[test]
    fn of_what_has_a_text_for_an_id_no_other_is_taken_for_it() {
        let asked_by = |of: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /boats/{{id}}:\n    get:\n      parameters: [{{name: id, in: path, required: \
                 true, schema: {of}}}]\n      responses:\n        '200': {{description: A boat, content: \
                 {{application/json: {{schema: {{$ref: '#/components/schemas/Boat'}}}}}}}}\ncomponents: {{schemas: {{Boat: \
                 {{type: object, required: [id, name], properties: {{id: {of}, name: {{type: string}}}}}}}}}}\n"
            );
            let source = crate::source::Source::new("boats.yaml", &text);
            let contract = crate::contract::of_sources(vec![source]).unwrap();
            let faults = faults(&contract, &deployment(None).profile);
            let has = |id: &str| faults.iter().any(|one| one.id.contains(id));
            [has(":always-last"), has(":cold-"), has(":id-constant")]
        };
        assert_eq!(asked_by("{type: integer}"), [true; 3]);
        assert_eq!(asked_by("{type: string}"), [false, false, true]);
        assert_eq!(
            asked_by("{type: string, format: uuid}"),
            [false, false, true]
        );
    }

    #[test]
    fn what_nothing_is_documented_of_has_no_faults_of_its_form() {
        let page = |name: &str, response: &str, xml: &str| {
            let text = format!(
                "GET api/2.0/{name}\n\nReturns\n\nThing\n\nExample Response\n\napplication/json\n\n\
                 {{\"status\": 0, \"response\": {response}}}\n\ntext/xml\n\n\
                 <result><status>0</status>{xml}</result>\n"
            );
            crate::source::Source::new(name, &text)
        };
        let pages = vec![
            page(
                "prices",
                r#"{"4": {"Amount": 1.5}, "5": {"Amount": 2}}"#,
                "<response><_x0034_><Amount>1.5</Amount></_x0034_></response>",
            ),
            page("lastlog", "null", "<response />"),
            page(
                "settings",
                r#"{"Locales": [], "PageSize": 25, "Theme": null}"#,
                "<response><PageSize>25</PageSize><Theme /></response>",
            ),
        ];
        let contract = crate::contract::of_sources(pages).unwrap();
        let faults = faults(&contract, &deployment(None).profile);
        let has = |id: &str| faults.iter().any(|fault| fault.id == id);
        for (id, expected) in [
            ("parity:get-settings:extra-text-in-json", true),
            ("parity:get-prices:extra-text-in-json", false),
            ("schema:get-settings:wrapped", true),
            ("schema:get-lastlog:wrapped", false),
            ("schema:get-lastlog:no-members", false),
            ("shape:get-lastlog:payload-wrapped", false),
            ("envelope:get-lastlog:json:payload-drop", true),
            ("envelope:get-lastlog:xml:payload-drop", false),
            ("schema:get-settings:drop:Locales", true),
            ("shape:get-settings:wrapped:Locales", false),
            ("shape:get-settings:lists-wrapped", false),
            ("schema:get-settings:drop:Theme", true),
            ("shape:get-settings:drop:PageSize", true),
            ("shape:get-settings:drop:Theme", false),
        ] {
            assert_eq!(has(id), expected, "{id}");
        }
    }

    #[test]
    fn there_are_many_faults_and_no_two_have_the_same_id() {
        let mut ids = BTreeMap::new();
        let mut count = BTreeMap::new();
        for fault in all() {
            *ids.entry(fault.id).or_insert(0) += 1;
            *count.entry(fault.family).or_insert(0) += 1;
        }
        let twice: Vec<_> = ids.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(ids.len() >= 700, "{count:?}");
        assert!(Family::ALL.iter().all(|family| count.contains_key(family)));
    }

    #[test]
    fn every_pattern_names_a_case() {
        let deployment = deployment(None);
        let url = url::Url::parse("http://127.0.0.1/").unwrap();
        let target = Target {
            credentials: Credentials::raw("token"),
            parameters: parameters(&deployment.contract, &deployment.profile)
                .into_iter()
                .collect(),
            writes: Writes::All,
            other: Some(Other {
                credentials: Credentials::raw("lesser"),
                hidden: [("contactid".to_owned(), vec!["1236".to_owned()])].into(),
            }),
            ..Target::new(url)
        };
        let plan = case::plan(&deployment.contract, &deployment.profile, &target);
        let cases: Vec<&CaseId> = plan.cases.iter().map(|case| &case.id).collect();
        for fault in all() {
            assert!(!fault.caught_by.is_empty(), "{}", fault.id);
            assert!(fault.missed(&cases).is_empty(), "{}", fault.id);
        }
    }
}
