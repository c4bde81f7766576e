//! Which of several schemas a request keeps, where a document lets it choose (`oneOf`, `anyOf`).
//!
//! A request that has the members of all would keep none of them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::shape::Shape;

/// One of the schemas: its members, and the values that a document gives for them.
#[derive(Debug)]
pub(super) struct Branch {
    members: BTreeSet<String>,
    /// What it asks for.
    asked: BTreeSet<String>,
    pub(super) stated: Option<Value>,
    /// Whether these values are an example of the whole.
    pub(super) is_whole: bool,
    /// What is taken within it.
    within: Taken,
}

/// What taking one of several schemas means for the members that all of them have together.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    /// Those of others alone, which are not sent.
    pub(super) apart: BTreeSet<String>,
    /// Those that it asks for.
    pub(super) asked: BTreeSet<String>,
}

impl Branch {
    pub(super) fn of(
        shape: &Shape,
        stated: Option<&Value>,
        is_whole: bool,
        within: &Taken,
    ) -> Self {
        let members = shape.members().iter();
        let asked = members.clone().filter(|member| member.is_required());
        Self {
            asked: asked.map(|member| member.name.clone()).collect(),
            members: members.map(|member| member.name.clone()).collect(),
            stated: stated.cloned(),
            is_whole,
            within: within.clone(),
        }
    }

    /// Whether all that it asks for has a value, but for the member that chooses, which gets one anyway.
    fn is_given(&self, chooses: Option<&str>) -> bool {
        let mut asked = self.asked.iter().chain(&self.within.asked);
        let stated = self.stated.as_ref();
        asked.all(|name| {
            chooses == Some(name) || stated.is_some_and(|stated| stated.get(name).is_some())
        })
    }

    /// What taking it means, where these are the members of all.
    pub(super) fn taken(&self, all: &Shape) -> Taken {
        let all = all.members().iter().map(|member| &member.name);
        let apart = all.filter(|name| !self.members.contains(*name)).cloned();
        let mut taken = self.within.clone();
        taken.apart.extend(apart);
        taken.asked.extend(self.asked.iter().cloned());
        taken
    }
}

impl Taken {
    /// What holds where two schemas are kept at once: what one of them has plainly is sent.
    pub(super) fn both((a, of_a): (Self, &Shape), (b, of_b): (Self, &Shape)) -> Self {
        let has = |shape: &Shape, taken: &Self, name: &String| {
            shape.member(name).is_some() && !taken.apart.contains(name)
        };
        let of_first = a.apart.iter().filter(|name| !has(of_b, &b, name));
        let of_second = b.apart.iter().filter(|name| !has(of_a, &a, name));
        let apart = of_first.chain(of_second).cloned().collect();
        let asked = a.asked.union(&b.asked).cloned().collect();
        Self { apart, asked }
    }
}

/// Which of them is taken: the one that is named, else the first all of which has values, else the first.
pub(super) fn index(branches: &[Branch], named: Option<usize>, chooses: Option<&str>) -> usize {
    let first = || branches.iter().position(|one| one.is_given(chooses));
    named.or_else(first).unwrap_or(0)
}
