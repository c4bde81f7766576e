//! What the members that decide about others may say in one object.

use crate::shape::{Kind, Member, Object};

/// How many members that decide are told apart; each takes the grammar twice as long.
const MAX_DECIDERS: usize = 3;

/// What a member that decides says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Is(bool),
    /// It is not there, or null.
    Nothing,
}

/// One way in which the members of an object that decide about others can stand there.
#[derive(Debug, Clone, Default)]
pub(super) struct Decisions<'a>(Vec<(&'a Member, Says)>);

impl<'a> Decisions<'a> {
    /// Every way; one without decisions where no member decides.
    pub(super) fn of(object: &'a Object) -> Vec<Self> {
        let mut deciders: Vec<&Member> = Vec::new();
        let flags = object.conditions().into_iter();
        // What a text chooses, grammars leave open.
        for condition in flags.filter(|condition| !condition.is_choice()) {
            let mut members = object.members.iter();
            if let Some(member) = members.find(|member| member.name == condition.member)
                && !deciders.contains(&member)
                && deciders.len() < MAX_DECIDERS
            {
                deciders.push(member);
            }
        }
        let mut all = vec![Self::default()];
        for decider in deciders {
            let more = all.iter().flat_map(|decisions| {
                [Says::Is(false), Says::Is(true), Says::Nothing].map(|says| {
                    let mut more = decisions.clone();
                    more.0.push((decider, says));
                    more
                })
            });
            all = more.collect();
        }
        all.retain(|decisions| {
            decisions.0.iter().all(|(member, says)| {
                *says != Says::Nothing || member.shape.nullable || decisions.may_lack(member)
            })
        });
        all
    }

    /// What a member that decides says; `None` for one that does not decide.
    pub(super) fn by(&self, member: &Member) -> Option<Says> {
        let mut all = self.0.iter();
        let (_, says) = all.find(|(decider, _)| decider.name == member.name)?;
        Some(*says)
    }

    /// Whether a member may be missing beside them.
    pub(super) fn may_lack(&self, member: &Member) -> bool {
        member.optional
            || matches!(member.shape.kind, Kind::List(_))
            || member
                .when
                .as_ref()
                .is_some_and(|when| !self.says(&when.member, when.is))
    }

    /// Whether a member must not stand beside them.
    pub(super) fn bars(&self, member: &Member) -> bool {
        let when = member.when.as_ref();
        when.is_some_and(|when| when.only && self.says(&when.member, !when.is))
    }

    fn says(&self, decider: &str, is: bool) -> bool {
        let mut all = self.0.iter();
        all.any(|(member, says)| member.name == decider && *says == Says::Is(is))
    }
}
