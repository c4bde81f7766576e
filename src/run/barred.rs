//! Whether something else than the API answered from some moment on.
//!
//! In come all answers of a run with their times, out comes the moment from which on they are alike and none of
//! the API's own: a gateway that does not reach it, a page, a way elsewhere, or a token that opens no more. What was
//! answered before is judged as ever.
//!
//! A drift looks alike where it is one of an operation that is asked last. So more than one kind of question must be
//! answered so, some of them must have been answered otherwise before, and nothing may be answered otherwise after.

use std::collections::BTreeSet;

use crate::case::QuestionIndex;
use crate::client::{Exchange, Token};
use crate::run::obstacle::{Barrier, leads_elsewhere};

/// How many questions must be answered otherwise than before.
const MIN_CHANGED: usize = 2;
/// How many kinds of questions must be answered alike: those of one operation that must succeed are one.
const MIN_KINDS: usize = 2;

/// An answer, and what was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) question: QuestionIndex,
    /// The place of the operation in the contract.
    pub(super) operation: usize,
    pub(super) must_succeed: bool,
    /// Whether it was asked as a page documents it, but for the token and values.
    pub(super) is_documented: bool,
    /// When it was asked, by a clock that ticks at each start and each end.
    pub(super) from: usize,
    /// When it was answered.
    pub(super) to: usize,
}

/// What shows that an answer is none of the API's to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A status of the whole portal, or of what stands before it.
    Barrier(Barrier),
    /// A page for people, with this status.
    Page(u16),
    /// It leads elsewhere.
    Elsewhere,
    /// The token that opens does not.
    Refused,
    /// Others get no answer.
    Silence,
}

impl Sign {
    fn of(sent: &Sent<'_>) -> Option<Self> {
        let status = sent.exchange.outcome.as_ref().ok()?.status;
        let is_refused = matches!(status, 401 | 403) && sent.exchange.request.token == Token::Valid;
        if is_refused && status == 401 {
            // With a page or without.
            Some(Self::Refused)
        } else if let Some(barrier) = Barrier::of(status) {
            Some(Self::Barrier(barrier))
        } else if leads_elsewhere(status) {
            // Often with a page that says so.
            Some(Self::Elsewhere)
        } else if sent.exchange.html_page().is_some() {
            Some(Self::Page(status))
        } else {
            is_refused.then_some(Self::Refused)
        }
    }

    /// Whether it would show in the answer to what was asked: many servers look for the path, and at the length and
    /// the type of what comes, before they look at the token.
    fn is_about(self, sent: &Sent<'_>) -> bool {
        let is_looked_at = || {
            let status = sent.exchange.status();
            let is_other = sent.must_succeed && !matches!(status, Some(404 | 405));
            let is_known = sent.exchange.is_success() || is_other;
            sent.exchange.request.token == Token::Valid && is_known
        };
        self != Self::Refused || is_looked_at()
    }

    /// Whether an answer with a sign of its own is one of these: a refusal may be a page, too.
    fn is_of(self, other: Option<Self>) -> bool {
        let is_page = matches!(other, Some(Self::Page(401 | 403)));
        other == Some(self) || self == Self::Refused && is_page
    }

    /// Whether no refusal of an API is ever answered so.
    fn is_no_refusal(self) -> bool {
        matches!(self, Self::Barrier(_))
    }
}

/// The moment from which on all answers are alike and none of the API's, where there is one: when the last question
/// was asked that the API answered. Answers that came after it and look like those are among them.
pub(super) fn since(all: &[Sent<'_>]) -> Option<Since> {
    let answered = all
        .iter()
        .filter(|sent| sent.is_documented && sent.exchange.outcome.is_ok());
    let answered: Vec<(&Sent<'_>, Option<Sign>)> =
        answered.map(|sent| (sent, Sign::of(sent))).collect();
    let last = answered.iter().filter(|(sent, _)| sent.must_succeed);
    let (_, sign) = last.max_by_key(|(sent, _)| sent.from)?;
    let sign = (*sign)?;
    let others = answered.iter().filter(|(_, one)| !sign.is_of(*one));
    let own = others.clone().filter(|(sent, _)| sign.is_about(sent));
    let moment = own.map(|(sent, _)| sent.from).max()?;
    let moment = if sign == Sign::Refused {
        until_refused(&answered, moment)
    } else {
        moment
    };
    let barred: Vec<&Sent<'_>> = answered
        .iter()
        .filter(|(sent, one)| sign.is_of(*one) && sent.to >= moment)
        .map(|(sent, _)| *sent)
        .collect();
    let is_well = |(one, sign): &&(&Sent<'_>, Option<Sign>)| {
        !one.must_succeed || one.exchange.is_success() && sign.is_none()
    };
    let otherwise: BTreeSet<QuestionIndex> = others
        .filter(is_well)
        .map(|(one, _)| one.question)
        .collect();
    let changed = barred.iter().map(|sent| sent.question);
    let changed: BTreeSet<QuestionIndex> = changed.filter(|one| otherwise.contains(one)).collect();
    let tells = |sent: &&&Sent<'_>| {
        sent.must_succeed || sign.is_no_refusal() || changed.contains(&sent.question)
    };
    let kinds: BTreeSet<(usize, bool)> = barred
        .iter()
        .filter(tells)
        .map(|sent| (sent.operation, sent.must_succeed))
        .collect();
    (changed.len() >= MIN_CHANGED && kinds.len() >= MIN_KINDS).then_some(Since { moment, sign })
}

/// The last moment at which the right token was answered otherwise before it was refused for good: by what shows that
/// it was looked at, the last time at `known`, or by anything else.
fn until_refused(answered: &[(&Sent<'_>, Option<Sign>)], known: usize) -> usize {
    let with_token = answered
        .iter()
        .filter(|(sent, _)| sent.exchange.request.token == Token::Valid && sent.from > known);
    let (refused, others): (Vec<_>, Vec<_>) =
        with_token.partition(|(_, one)| Sign::Refused.is_of(*one));
    let first = refused.iter().map(|(sent, _)| sent.from).min();
    let before = others.iter().map(|(sent, _)| sent.from);
    let before = before.filter(|from| first.is_some_and(|first| *from < first));
    before.max().unwrap_or(known)
}

/// The moment from which on nobody gets an answer whose token does not open, though some did before to the same
/// questions, and whose token opens still does: many portals bound how often one may fail to log in.
pub(super) fn locked_out(all: &[Sent<'_>]) -> Option<Since> {
    // What is asked otherwise, such as OPTIONS, may need no login.
    let documented = all.iter().filter(|sent| sent.is_documented);
    let (opening, failing): (Vec<_>, Vec<_>) =
        documented.partition(|sent| sent.exchange.request.token.opens());
    let (answered, dropped): (Vec<&Sent<'_>>, Vec<&Sent<'_>>) = failing
        .into_iter()
        .partition(|sent: &&Sent<'_>| sent.exchange.outcome.is_ok());
    let moment = answered.iter().map(|sent| sent.from).max()?;
    let dropped: Vec<&Sent<'_>> = dropped
        .into_iter()
        .filter(|sent| sent.to >= moment)
        .collect();
    let questions: BTreeSet<QuestionIndex> = answered.iter().map(|sent| sent.question).collect();
    let changed: BTreeSet<QuestionIndex> = dropped
        .iter()
        .map(|sent| sent.question)
        .filter(|question| questions.contains(question))
        .collect();
    let first = dropped.iter().map(|sent| sent.to).min()?;
    let is_there = |sent: &&Sent<'_>| sent.from > first && sent.exchange.outcome.is_ok();
    let is_locked = changed.len() >= MIN_CHANGED && opening.into_iter().any(|sent| is_there(&sent));
    is_locked.then_some(Since {
        moment,
        sign: Sign::Silence,
    })
}

/// Since when something else answers, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since {
    moment: usize,
    sign: Sign,
}

impl Since {
    /// Whether an exchange is one of those that tell nothing of the API.
    pub(super) fn holds(&self, sent: &Sent<'_>) -> bool {
        if self.sign == Sign::Silence {
            let is_failing = !sent.exchange.request.token.opens();
            return is_failing && sent.to >= self.moment && sent.exchange.outcome.is_err();
        }
        if sent.from > self.moment {
            return true;
        }
        // Who is not let in is not told why: a token that opens may be answered as one that does not.
        let is_alike = match self.sign {
            Sign::Refused => matches!(sent.exchange.status(), Some(401 | 403)),
            sign => Sign::of(sent) == Some(sign),
        };
        sent.to >= self.moment && (is_alike || sent.exchange.outcome.is_err())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests_support::{exchange, failure, response};
    use crate::client::{FailureKind, Response};

    /// An answer with this status; 0 for none, and a page for people where it is above 1000.
    fn answered(status: u16, token: Token) -> Exchange {
        let mut exchange = exchange(match status {
            0 => Err(failure(FailureKind::Broken)),
            _ if status > 1000 => Ok(Response {
                content_types: vec!["text/html".to_owned()],
                ..response(status - 1000, "<html><body>No</body></html>")
            }),
            _ => Ok(response(status, "{}")),
        });
        exchange.request.token = token;
        exchange
    }

    /// Operation, whether it must succeed, and token of each question.
    const QUESTIONS: [(usize, bool, Token); 6] = [
        (0, true, Token::Valid),
        (0, false, Token::None),
        (0, true, Token::Valid),
        (0, false, Token::Valid),
        (1, true, Token::Valid),
        (1, false, Token::Unknown),
    ];

    fn run(rounds: usize, answer: &dyn Fn(usize, usize) -> u16) -> Vec<(usize, Exchange)> {
        let all = (0..rounds * QUESTIONS.len()).map(|at| {
            let question = at % QUESTIONS.len();
            let (.., token) = QUESTIONS[question];
            (question, answered(answer(at, question), token))
        });
        all.collect()
    }

    fn sent(all: &[(usize, Exchange)]) -> Vec<Sent<'_>> {
        let all = all.iter().enumerate().map(|(at, (question, exchange))| {
            let (operation, must_succeed, _) = QUESTIONS[*question];
            Sent {
                exchange,
                question: *question,
                operation,
                must_succeed,
                is_documented: true,
                // Two are always under way.
                from: 2 * at,
                to: 2 * at + 3,
            }
        });
        all.collect()
    }

    /// How many answers are left, of a run of two operations with two reads each, after each of which something is
    /// refused; each round is answered by what is made of question and status.
    fn left(rounds: usize, answer: impl Fn(usize, usize) -> u16) -> Option<usize> {
        let all = run(rounds, &answer);
        let sent = sent(&all);
        let since = since(&sent)?;
        Some(sent.iter().filter(|sent| !since.holds(sent)).count())
    }

    /// What the API answers to these questions.
    const OWN: [u16; 6] = [200, 401, 200, 404, 201, 401];

    #[test]
    fn what_answers_from_some_moment_on_is_told_from_the_api() {
        for status in [402, 502, 503, 504, 511, 530, 1502, 1200, 1403, 302] {
            for onset in [6, 9, 13, 16] {
                let left = left(
                    4,
                    |at, question| if at < onset { OWN[question] } else { status },
                );
                assert_eq!(left, Some(onset), "{status} from {onset} on");
            }
        }
        // A gateway does not always say the same, and does not always answer.
        let flicker = |at: usize, question: usize| match at {
            0..9 => OWN[question],
            _ => [502, 0, 1504, 503][at % 4],
        };
        assert_eq!(left(4, flicker), Some(9));
    }

    #[test]
    fn a_refusal_that_was_never_asked_for_before_may_lead_elsewhere_but_is_no_gateway() {
        for (status, is_told) in [(502, true), (503, true), (302, false), (1200, false)] {
            // Reads of one operation are asked for first, what must fail of it afterwards.
            let mut all = run(4, &|at, question| {
                if at < 12 { OWN[question] } else { status }
            });
            let mut at = 0;
            all.retain(|(question, _)| {
                at += 1;
                matches!(question, 0 | 2) || at > 12 && *question < 4
            });
            assert_eq!(since(&sent(&all)).is_some(), is_told, "{status}");
        }
    }

    #[test]
    fn a_token_that_opens_no_more_is_told_from_the_api() {
        for status in [401, 403] {
            let expired = |at: usize, question: usize| match question {
                0 | 2 | 3 | 4 if at >= 9 => status,
                _ => OWN[question],
            };
            // A refusal that was under way when it began is let go of, too.
            assert_eq!(left(4, expired), Some(8), "{status}");
            // The path is looked for before the token, and a body before it is read.
            for before in [400, 404, 405, 415] {
                let routed = |at: usize, question: usize| match question {
                    3 => before,
                    _ => expired(at, question),
                };
                assert_eq!(left(4, routed), Some(10), "{status} {before}");
            }
            // It was known as long as it was shown something.
            let known = |at: usize, question: usize| match question {
                3 => 200,
                _ => expired(at, question),
            };
            assert_eq!(left(4, known), Some(21), "{status}");
        }
    }

    #[test]
    fn who_fails_to_log_in_too_often_is_locked_out() {
        let locked = |rounds, answer: &dyn Fn(usize, usize) -> u16| {
            let all = run(rounds, answer);
            let sent = sent(&all);
            let since = locked_out(&sent)?;
            Some(sent.iter().filter(|sent| since.holds(sent)).count())
        };
        let dropped = |at: usize, question: usize| match question {
            1 | 5 if at >= 9 => 0,
            _ => OWN[question],
        };
        assert_eq!(locked(4, &dropped), Some(5));
        // One of them never got an answer, or gets one again.
        let one = |at: usize, question: usize| {
            if question == 1 {
                0
            } else {
                dropped(at, question)
            }
        };
        assert_eq!(locked(4, &one), None);
        let blip = |at: usize, question: usize| match at {
            9..15 => dropped(at, question),
            _ => OWN[question],
        };
        assert_eq!(locked(4, &blip), None);
        // Nobody gets one.
        let gone = |at: usize, question: usize| if at >= 9 { 0 } else { OWN[question] };
        assert_eq!(locked(4, &gone), None);
    }

    #[test]
    fn what_the_api_may_say_itself_is_none() {
        assert_eq!(left(4, |_, question| OWN[question]), None);
        for status in [400, 404, 405, 410, 418, 422, 429, 500, 501, 505, 200, 304] {
            let left = left(
                4,
                |at, question| if at < 9 { OWN[question] } else { status },
            );
            assert_eq!(left, None, "{status}");
        }
    }

    #[test]
    fn an_operation_that_drifts_is_no_obstacle() {
        // All of one operation, with refusals or without, from some moment on; the other answers.
        for status in [502, 503, 1502, 1200, 302, 401, 403] {
            let first = |at: usize, question: usize| match question {
                0..4 if at >= 9 => status,
                _ => OWN[question],
            };
            assert_eq!(left(4, first), None, "{status}");
            let reads = |at: usize, question: usize| match question {
                0 | 2 if at >= 9 => status,
                _ => OWN[question],
            };
            assert_eq!(left(4, reads), None, "{status}");
            // It was so from the beginning.
            let always = |_: usize, question: usize| match question {
                0 | 2 | 4 => status,
                _ => OWN[question],
            };
            assert_eq!(left(4, always), None, "{status}");
            // It is the last that is asked.
            let last = |at: usize, question: usize| match question {
                4 if at >= 22 => status,
                _ => OWN[question],
            };
            assert_eq!(left(4, last), None, "{status}");
        }
        // It comes back.
        let blip = |at: usize, question: usize| {
            if (9..15).contains(&at) {
                502
            } else {
                OWN[question]
            }
        };
        assert_eq!(left(4, blip), None);
    }
}
