//! The decision table: what a pair shares and how far apart it is → one, a question to a human, or two.
//!
//! For each question the rows are read from above; the first that fits decides, and a pair that none fits is two.
//! The figures stand beside the rows. They come from the newsletter's archive (184 issues, 2022 to 2026) and from
//! the pairs of `tests/pairs.tsv`, of which every merge is right.

use super::Question::{self, OneUnlisted, Published, Renumbered, Retitled, Suspicion, TwoSources};
use super::evidence::Evidence::{
    self, Address, AnotherKind, Apart, AreTwo, BothKnown, BothTimed, Days, Key, LeftBehind,
    LikeMirrors, LinkToAThird, LinksToLostPage, LinksToTheOther, MovedOnItsPage, NearTitle,
    NumberedNow, OnMeetup, OneIsUnlisted, OnePlace, OneThing, Organiser, OrganiserName, OwnLink,
    Page, SameButYear, SameDay, SameMoment, SameRule, SameStart, SameStem, SameTitle, TwoPages,
    TwoThings, VenueAddress, WasOutOfView, WereOne, WithinAnHour,
};
use super::evidence::Pair;

/// Why events of two sources are held to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An editor decided so.
    DecidedTogether,
    /// The platform knows them by the same id.
    SamePlatformId,
    /// They link to the same event's page, or to the same page on the same day. On another day it is the
    /// same event only if that is near and the title too, for printed links are copied from row to row; or
    /// if they were one before.
    SameLink,
    /// The text of one links to the other's page, on the same day, at the same time or under nearly the
    /// same title, or was one with it before; or to a page of the other's group that no event has, at the
    /// same time; or to one that no event has any more, and was one with the other before, at the same time or under
    /// nearly the same title; or both link to a third page, at the same time.
    LinksToTheOther,
    /// The same organiser, the same start, and the same city or both online, and titles that do not
    /// speak of two things; of whole days, where no hour is known, nearly the same title.
    SameOrganiserAndStart,
    /// The same start and a near-equal title, and one more thing that they share: an organiser or a
    /// venue's address; of whole days the address.
    SameStartAndTitle,
}

impl Rule {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Rule::DecidedTogether => "ruled-together",
            Rule::SamePlatformId => "same-platform-id",
            Rule::SameLink => "same-link",
            Rule::LinksToTheOther => "links-to-the-other",
            Rule::SameOrganiserAndStart => "same-organiser-and-start",
            Rule::SameStartAndTitle => "same-start-and-title",
        }
    }
}

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Both announce one event, by this rule.
    One(Rule),
    /// The second goes on as the first, if it is the only one that does.
    GoesOn(Pass),
    /// A human has to look; `{days}` and `{minutes}` stand for how far apart they are.
    Ask(&'static str),
    /// They are two, and no later row is asked.
    Two,
}

/// In which round new listings and missing ones are paired, and what an index must find: each round takes away
/// what it pairs, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The same start and title.
    StartAndTitle,
    /// The same link.
    Link,
    /// The same start.
    Start,
    /// The same title.
    Stem,
    /// The same day on Meetup.
    Evening,
    /// A published event.
    Publication,
}

/// One row.
pub(crate) struct Row {
    pub(crate) question: Question,
    /// What they must have, all of it.
    needs: &'static [Evidence],
    /// What they must not have, any of it.
    unless: &'static [Evidence],
    pub(crate) verdict: Verdict,
}

impl Row {
    /// Whether a pair is what the row speaks of.
    pub(crate) fn fits(&self, pair: &Pair<'_>) -> bool {
        self.needs.iter().all(|needed| pair.has(*needed))
            && !self.unless.iter().any(|barred| pair.has(*barred))
    }
}

const fn row(
    question: Question,
    needs: &'static [Evidence],
    unless: &'static [Evidence],
    verdict: Verdict,
) -> Row {
    Row {
        question,
        needs,
        unless,
        verdict,
    }
}

use Pass::{Evening, Link, Publication, Start, StartAndTitle, Stem};
use Rule::{
    LinksToTheOther as Linked, SameLink, SameOrganiserAndStart, SamePlatformId, SameStartAndTitle,
};
use Verdict::{Ask, GoesOn, One, Two};

/// The table.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    // ── A new listing of a source, and one that it no longer names ────────────────────────────────────────────────
    // Some exporters make new ids on every export.
    row(Renumbered, &[SameMoment, SameTitle, SameRule], &[AreTwo], GoesOn(StartAndTitle)),
    row(Renumbered, &[MovedOnItsPage], &[], GoesOn(Link)),
    // Meetup gives an edited instance of a series another id (`…/events/xvkdgtyhcgbfc/` becomes `…/events/307089940/`).
    row(Renumbered, &[SameMoment], &[AnotherKind, AreTwo], GoesOn(Start)),
    // Less than a week, or last week's meeting would be taken for next week's.
    row(Renumbered, &[SameStem, Apart(4)], &[AreTwo, WasOutOfView], GoesOn(Stem)),
    // An edited instance may end up after all others of its list.
    row(Renumbered, &[SameStem, Apart(4), NumberedNow], &[AreTwo], GoesOn(Stem)),
    // A Meetup group's evening, once under the series' letters and once under a number.
    row(Renumbered, &[OnMeetup], &[AreTwo], GoesOn(Evening)),

    // ── Events of two sources, the surest row first ───────────────────────────────────────────────────────────────
    row(TwoSources, &[Key], &[], One(SamePlatformId)),
    // One instant may be two days, where one of them is said in another zone.
    row(TwoSources, &[Address, BothTimed, SameMoment], &[SameDay], One(SameLink)),
    row(TwoSources, &[Page, SameDay], &[], One(SameLink)),
    // "And then we go to …" links to another event: a copy has the hour too, or nearly the title.
    row(TwoSources, &[LinksToTheOther, BothTimed, SameMoment], &[], One(Linked)),
    row(TwoSources, &[LinksToTheOther, SameDay], &[BothTimed], One(Linked)),
    row(TwoSources, &[LinksToTheOther, SameDay, NearTitle], &[], One(Linked)),
    // An earlier address, perhaps, of one that its group has now.
    row(TwoSources, &[LinksToLostPage, SameStart, BothTimed], &[TwoThings], One(Linked)),
    row(TwoSources, &[LinksToLostPage, SameStart, OneThing], &[BothTimed], One(Linked)),
    row(TwoSources, &[LinkToAThird, SameStart, OneThing], &[], One(Linked)),
    // A group's two pages on one platform are two events to it.
    row(TwoSources, &[SameStart, Organiser, OnePlace, NearTitle], &[TwoPages], One(SameOrganiserAndStart)),
    // A list of conferences says no year, the conference's page and printed rows do.
    row(TwoSources, &[SameStart, Organiser, OnePlace, SameButYear], &[TwoPages], One(SameOrganiserAndStart)),
    // That two events are on one day and say no hour is no common start.
    row(TwoSources, &[SameStart, BothTimed, Organiser, OnePlace], &[TwoPages, TwoThings], One(SameOrganiserAndStart)),
    row(TwoSources, &[SameStart, BothTimed, Organiser, NearTitle], &[TwoPages], One(SameStartAndTitle)),
    row(TwoSources, &[SameStart, VenueAddress, NearTitle, Organiser], &[TwoPages], One(SameStartAndTitle)),
    row(TwoSources, &[SameStart, VenueAddress, NearTitle], &[Organiser], One(SameStartAndTitle)),
    // Of a copy that was one with its original and still links to it, another day says only that it is late.
    row(TwoSources, &[Page, WereOne, Days(30)], &[], One(SameLink)),
    row(TwoSources, &[Address, WereOne, Days(30)], &[SameDay], One(SameLink)),
    // In the archive events moved by one to seven days; all but one of the pairs further apart were two events, the
    // one printed with the other's link.
    row(TwoSources, &[Page, Days(7), NearTitle], &[], One(SameLink)),
    row(TwoSources, &[LinksToTheOther, WereOne, Days(30)], &[], One(Linked)),
    row(TwoSources, &[WereOne, LeftBehind, Days(7), NearTitle], &[], One(Linked)),
    // What is left behind says the old title and mode too.
    row(TwoSources, &[WereOne, LeftBehind, SameStart, BothTimed], &[TwoThings], One(Linked)),

    // ── A new event, and one that was published and that no source lists any more ─────────────────────────────────
    row(Published, &[SameMoment, OwnLink], &[], GoesOn(Publication)),
    row(Published, &[SameMoment, SameTitle, OrganiserName], &[], GoesOn(Publication)),
    row(Retitled, &[SameMoment, OrganiserName], &[], GoesOn(Publication)),

    // ── Two that are not held to be one, and look it ──────────────────────────────────────────────────────────────
    // Only a common page makes events of two days a candidate.
    row(Suspicion, &[], &[SameDay], Ask("both link to the same page, {days} days apart")),
    row(Suspicion, &[], &[WithinAnHour], Two),
    row(Suspicion, &[SameMoment, Organiser, OnePlace, TwoPages], &[], Ask("the same organiser, start and place, and two pages on one platform")),
    row(Suspicion, &[SameMoment, Organiser, OnePlace], &[BothTimed], Ask("the same organiser, day and place, and neither says an hour")),
    row(Suspicion, &[SameMoment, Organiser, OnePlace], &[], Ask("the same organiser, start and place, and titles that say two things")),
    row(Suspicion, &[BothKnown, LikeMirrors], &[Organiser], Ask("nearly the same title and start, by two organisers: perhaps mirrors")),
    row(Suspicion, &[BothKnown], &[Organiser], Two),
    row(Suspicion, &[], &[NearTitle], Two),
    row(Suspicion, &[], &[BothTimed, SameMoment], Ask("nearly the same title on the same day, one of them without a time")),
    row(Suspicion, &[], &[SameMoment], Ask("nearly the same title, {minutes} minutes apart")),
    row(Suspicion, &[Organiser], &[], Ask("the same organiser, start and title in different places")),
    row(Suspicion, &[], &[], Ask("nearly the same title and start, and nothing else that they share")),

    // ── Two events of one source of which it lists only one ───────────────────────────────────────────────────────
    row(OneUnlisted, &[OneIsUnlisted, SameMoment], &[], Ask(UNDER_A_NEW_ID)),
    row(OneUnlisted, &[OneIsUnlisted, SameDay, NearTitle], &[], Ask(UNDER_A_NEW_ID)),
];

const UNDER_A_NEW_ID: &str =
    "one source no longer lists the one and lists the other: perhaps under a new id";
