//! The kinds of findings: a closed list. `docs/lint.md` shows each with an example.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Wrong: readers are misled, or see broken text.
    Error,
    /// Not as the house writes it, or worth a look; readers get where they should.
    Warning,
}

impl Severity {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// Whether `lint --fix` mends what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mends {
    /// Every time.
    Always,
    /// Where only one text can be meant.
    Sometimes,
    /// Never: an editor has to decide.
    Never,
}

impl Mends {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Mends::Always => "yes",
            Mends::Sometimes => "where it is certain",
            Mends::Never => "no",
        }
    }
}

macro_rules! kinds {
    ($($severity:ident $mends:ident $kind:ident $name:literal $meaning:literal)*) => {
        /// What can be wrong with a section.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $meaning] $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Kind::$kind => $name,)*
                }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self {
                    $(Kind::$kind => Severity::$severity,)*
                }
            }

            /// Whether `lint --fix` mends it.
            pub fn mends(self) -> Mends {
                match self {
                    $(Kind::$kind => Mends::$mends,)*
                }
            }

            /// What it means, in a sentence or two.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Kind::$kind => $meaning,)*
                }
            }
        }
    };
}

#[rustfmt::skip]
kinds! {
    // The file.
    Error   Always    Mojibake         "mojibake"          "UTF-8 text was opened as Mac Roman or Windows-1252 and saved again."
    Error   Never     ConflictMarker   "conflict-marker"   "A mark of a merge that was not finished. Until it is gone nothing else is checked."
    Error   Never     SectionAgain     "section-again"     "A second section of events in one file. Only the first is checked and updated."
    Warning Sometimes LineEnds         "line-ends"         "Lines end with CR LF, as on Windows."
    // Characters.
    Error   Sometimes Character        "character"         "A control character, or an invisible mark that turns or hides text."
    Warning Always    Spaces           "spaces"            "Tabs, non-breaking, double, missing or trailing spaces."
    Error   Never     Backticks        "backticks"         "An odd number of backticks on a line, or an empty pair. The newsletter's own check refuses them."
    Error   Never     Tag              "tag"               "A raw HTML tag. Readers do not see it, and the newsletter's own check refuses it."
    Warning Never     Unescaped        "unescaped"         "Text that one of the renderers shows differently."
    Error   Never     Placeholder      "placeholder"       "Words of a template that were not replaced."
    // The whole.
    Error   Sometimes SectionHeading   "section-heading"   "The heading of the section is missing or spelled differently."
    Error   Sometimes WindowMissing    "window-missing"    "No line states the days that the section covers."
    Error   Sometimes WindowWrong      "window-wrong"      "The line states other days than the issue covers."
    Warning Never     WindowWording    "window-wording"    "The line has the right days in other words."
    Error   Never     HeadingUnknown   "heading-unknown"   "A heading that is not one of the regions."
    Error   Always    HeadingSpelling  "heading-spelling"  "A region's heading with a colon, in another case, or of another level."
    Error   Always    HeadingOrder     "heading-order"     "A heading stands before one that it should follow."
    Error   Always    HeadingDuplicate "heading-duplicate" "A heading stands twice."
    Error   Always    HeadingEmpty     "heading-empty"     "A heading without a row."
    Error   Never     HeadingMissing   "heading-missing"   "A row stands above all headings."
    Warning Always    BlankLines       "blank-lines"       "A blank line is missing before a heading, or there is one too many."
    Warning Never     StrayText        "stray-text"        "Text that belongs to no row."
    Error   Always    Order            "order"             "A row stands before one that it should follow. Rows are sorted by day, place, organiser and title."
    Error   Never     WrongHeading     "wrong-heading"     "A row stands under another region than its country's, an online event outside Virtual, or an event in person in it."
    Error   Never     HybridOnce       "hybrid-once"       "A hybrid event stands under only one of its two headings."
    Warning Never     HybridUnequal    "hybrid-unequal"    "The two rows of a hybrid event differ."
    Error   Sometimes Duplicate        "duplicate"         "One event stands twice under one heading, or in two regions."
    Error   Never     SameLink         "same-link"         "One event page stands on two days. One of the two links is wrong, or the old day was left."
    // Rows.
    Error   Never     RowUnreadable    "row-unreadable"    "A list item that cannot be read as a row."
    Warning Always    ListMark         "list-mark"         "A row does not begin with a star and a space."
    Error   Always    Indent           "indent"            "A row is indented, or its second line does not begin with four spaces."
    Error   Never     SubRowMissing    "sub-row-missing"   "A row without its second line."
    Error   Sometimes OrganiserMissing "organiser-missing" "A row without an organiser in its third column."
    Warning Never     OrganiserBare    "organiser-bare"    "An organiser without a link."
    Warning Always    Separator        "separator"         "Two links are joined by something else than the style's separator."
    Warning Always    Bold             "bold"              "A title that is not bold, or an organiser that is."
    Error   Always    BoldPart         "bold-part"         "Only a part of a title is bold, or a pair of stars is incomplete and readers see it."
    Error   Never     TitleCancelled   "title-cancelled"   "The title says that the event is cancelled or postponed. Such events are not printed."
    // Days.
    Error   Never     DateImpossible   "date-impossible"   "A day that is not in the calendar."
    Error   Sometimes DateForm         "date-form"         "A day or a span of days in another form than `2026-09-08` or `2026-09-08 - 2026-09-11`."
    Error   Sometimes DateOrder        "date-order"        "The last day is not after the first."
    Warning Never     DateLong         "date-long"         "The event lasts more than 14 days. The newsletter prints only the first day of such events."
    Error   Never     DateYear         "date-year"         "The day would be in the section's window in another year. Most likely the year is last year's."
    Error   Always    Past             "past"              "The event is over before the section's first day."
    Error   Never     Beyond           "beyond-window"     "The event begins after the section's last day."
    Warning Never     Weekday          "weekday"           "The title says another day of the week than the row's day is."
    Warning Never     TitleDate        "title-date"        "The title says another day than the row."
    // Places.
    Error   Sometimes PlaceMissing     "place-missing"     "The place is missing, as in `Virtual (, TV)`."
    Error   Never     PlaceUnreadable  "place-unreadable"  "Several places in one column, or something that is no place."
    Error   Sometimes VirtualPlace     "virtual-place"     "What stands behind `Virtual` is no place, as in `Virtual (Global)`."
    Error   Sometimes CountryMissing   "country-missing"   "A place without its country."
    Error   Never     CountryUnknown   "country-unknown"   "A country code that is not in ISO 3166-1."
    Error   Always    CountrySpelling  "country-spelling"  "`GB` instead of `UK`, a country's name instead of its code, or a code in another case."
    Warning Never     CountryAlone     "country-alone"     "A country without a city."
    Error   Never     StateMissing     "state-missing"     "A place in the United States without its state."
    Error   Sometimes StateUnknown     "state-unknown"     "A code that is no state of the country."
    Error   Always    StateStray       "state-stray"       "A state of a country that is printed without one."
    Error   Always    StateSpelling    "state-spelling"    "A state's name, an old or shortened code such as `QL` instead of `QLD`, another case, or a missing comma."
    Warning Never     StateWrong       "state-wrong"       "The city lies in another state."
    Error   Always    CityCase         "city-case"         "A city in the wrong case, as in `Tel Aviv-yafo`."
    Warning Never     CitySpelling     "city-spelling"     "A city without its accents."
    Error   Never     Venue            "venue"             "A street, a postcode or a venue instead of the city."
    Warning Sometimes ModeWord         "mode-word"         "Another word for online or hybrid than the style's."
    // Links.
    Error   Never     LinkEmpty        "link-empty"        "A link without an address or without words."
    Error   Sometimes LinkBroken       "link-broken"       "Brackets that make no link, so that readers see the address or nothing to click."
    Error   Sometimes LinkScheme       "link-scheme"       "An address that begins neither with https:// nor with http://."
    Warning Always    LinkHttp         "link-http"         "http where the newsletter writes https."
    Warning Always    LinkTracking     "link-tracking"     "Parameters that report how a reader came, or an address that only redirects."
    Warning Always    LinkLocale       "link-locale"       "A page in one language, as in `/de-DE/`."
    Warning Always    LinkLuma         "link-luma"         "`lu.ma` instead of `luma.com`."
    Warning Always    LinkMeetup       "link-meetup"       "Another spelling of a Meetup group or event than the newsletter's."
    Warning Always    LinkFragment     "link-fragment"     "A position inside a page that is always shown as a whole."
    Warning Sometimes LinkSpelling     "link-spelling"     "Characters that end a link in some renderer, or two slashes in a row."
    // Against the database.
    Error   Never     FactsDate        "facts-date"        "The event is published with another day."
    Error   Never     FactsPlace       "facts-place"       "The event is published with another place."
    Error   Never     FactsMode        "facts-mode"        "The event is published as online, in person or hybrid, and the row says something else."
    Error   Never     FactsCancelled   "facts-cancelled"   "The event is cancelled or postponed, or its source no longer lists it."
    Warning Never     HabitMode        "habit-mode"        "The group was printed in another mode nine times of ten."
    Warning Never     HabitPlace       "habit-place"       "The group was printed with another place nine times of ten."
}
