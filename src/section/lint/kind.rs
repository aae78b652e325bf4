//! The kinds of findings: a closed list.

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

macro_rules! kinds {
    ($($severity:ident $kind:ident $name:literal $doc:literal)*) => {
        /// What can be wrong with a section.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $kind,)*
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
        }
    };
}

#[rustfmt::skip]
kinds! {
    // The file.
    Error   Mojibake         "mojibake"          "UTF-8 that was read as Mac Roman or Windows-1252."
    Error   ConflictMarker   "conflict-marker"   "A merge that was not finished."
    Warning LineEnds         "line-ends"         "Lines that end as on Windows."
    // Characters.
    Error   Character        "character"         "Control characters, and marks that turn or hide text."
    Warning Spaces           "spaces"            "Tabs, non-breaking, double, missing or trailing spaces."
    Error   Backticks        "backticks"         "An odd number of backticks on a line, or an empty pair: the newsletter's own check refuses them."
    Error   Tag              "tag"               "A raw HTML tag: the newsletter's own check refuses it, and readers do not see it."
    Warning Unescaped        "unescaped"         "Text that one of the renderers changes."
    Error   Placeholder      "placeholder"       "A template's words, left over."
    // The whole.
    Error   SectionHeading   "section-heading"   "The section's own heading is spelled differently."
    Error   WindowMissing    "window-missing"    "No line names the days that are covered."
    Error   WindowWrong      "window-wrong"      "The line names other days than the issue's."
    Warning WindowWording    "window-wording"    "The line has the right days in other words."
    Error   HeadingUnknown   "heading-unknown"   "A heading that names no region."
    Error   HeadingSpelling  "heading-spelling"  "A region's heading with a colon, in other case, or of another level."
    Error   HeadingOrder     "heading-order"     "A heading before one that it follows."
    Error   HeadingDuplicate "heading-duplicate" "A heading that stands twice."
    Error   HeadingEmpty     "heading-empty"     "A heading without a row."
    Error   HeadingMissing   "heading-missing"   "A row above all headings."
    Warning BlankLines       "blank-lines"       "A blank line missing before a heading, or one too many."
    Warning StrayText        "stray-text"        "Text that belongs to no row."
    Error   Order            "order"             "A row before one that it follows."
    Error   WrongHeading     "wrong-heading"     "A row under another region than its country's, online ones outside Virtual, others in it."
    Error   HybridOnce       "hybrid-once"       "A hybrid event under only one of its two headings."
    Warning HybridUnequal    "hybrid-unequal"    "The two rows of one event differ."
    Error   Duplicate        "duplicate"         "One event twice under one heading, or in two regions."
    Error   SameLink         "same-link"         "Two days of one event page: one of the two links is wrong, or the old day was left."
    // Rows.
    Error   RowUnreadable    "row-unreadable"    "A list item that cannot be read as a row."
    Warning ListMark         "list-mark"         "Another list mark than a star and a space."
    Error   Indent           "indent"            "A row that is indented, or a second line not by four spaces."
    Error   SubRowMissing    "sub-row-missing"   "A row without its second line."
    Error   OrganiserMissing "organiser-missing" "A row without its third column."
    Warning OrganiserBare    "organiser-bare"    "An organiser without a link."
    Warning Separator        "separator"         "Something else between two links than the style's separator."
    Warning Bold             "bold"              "A title that is not bold, or only in part; an organiser that is."
    // Days.
    Error   DateImpossible   "date-impossible"   "No day of the calendar."
    Error   DateForm         "date-form"         "A day or a span in another form than `2026-09-08 - 2026-09-11`."
    Error   DateOrder        "date-order"        "The last day is not after the first."
    Warning DateLong         "date-long"         "More than 14 days: the house prints the first."
    Error   DateYear         "date-year"         "The day of another year: last year's number, most likely."
    Error   Past             "past"              "Over before the section's first day."
    Error   Beyond           "beyond-window"     "It begins after the section's last day."
    Warning Weekday          "weekday"           "The title names another day of the week."
    Warning TitleDate        "title-date"        "The title names another day."
    // Places.
    Error   PlaceMissing     "place-missing"     "No place where one belongs, as in `Virtual (, TV)`."
    Error   PlaceUnreadable  "place-unreadable"  "Several places, or what is none."
    Error   CountryMissing   "country-missing"   "No country."
    Error   CountryUnknown   "country-unknown"   "A country that is not in ISO 3166-1."
    Error   CountrySpelling  "country-spelling"  "`GB` for `UK`, a country's name, or another case."
    Warning CountryAlone     "country-alone"     "A country without a city."
    Error   StateMissing     "state-missing"     "A place in the United States without its state."
    Error   StateUnknown     "state-unknown"     "No state of the country."
    Error   StateStray       "state-stray"       "A state of a country that is printed without."
    Error   StateSpelling    "state-spelling"    "A state's name, another case, or a comma that is missing."
    Warning StateWrong       "state-wrong"       "The city lies in another state."
    Error   CityCase         "city-case"         "A city in wrong case: `Tel Aviv-yafo`."
    Warning CitySpelling     "city-spelling"     "A city without its accents."
    Error   Venue            "venue"             "A street, a postcode or a venue in the place's column."
    Warning ModeWord         "mode-word"         "Another word for online or hybrid than the style's."
    // Links.
    Error   LinkEmpty        "link-empty"        "A link without an address or without words."
    Error   LinkBroken       "link-broken"       "A link that renderers do not take for one."
    Error   LinkScheme       "link-scheme"       "An address that is neither http nor https."
    Warning LinkHttp         "link-http"         "http where https is written."
    Warning LinkTracking     "link-tracking"     "Parameters that tell how a reader came."
    Warning LinkLocale       "link-locale"       "The page in one language: `/de-DE/`."
    Warning LinkLuma         "link-luma"         "`lu.ma`, which is `luma.com`."
    Warning LinkMeetup       "link-meetup"       "Another spelling of a Meetup group or event."
    Warning LinkFragment     "link-fragment"     "A place inside a page that is known as a whole."
    Warning LinkSpelling     "link-spelling"     "Characters that end a link in some renderer."
    // Against the database.
    Error   FactsDate        "facts-date"        "Published with another day."
    Error   FactsPlace       "facts-place"       "Published with another place."
    Error   FactsMode        "facts-mode"        "Published as online, in person or hybrid, and printed otherwise."
    Error   FactsCancelled   "facts-cancelled"   "Cancelled, postponed or withdrawn."
}
