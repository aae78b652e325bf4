//! The chats that news is posted to.

/// How a chat takes a message by a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chat {
    /// `{"text": …}` with Slack's marks: Slack, Mattermost, Rocket.Chat, and Zulip's `slack_incoming`.
    Slack,
    /// `{"content": …}` with Markdown: Discord.
    Discord,
    /// `{"text": …, "html": …}`: Matrix by hookshot.
    Matrix,
}

impl Chat {
    /// Every chat.
    pub const ALL: [Chat; 3] = [Chat::Slack, Chat::Discord, Chat::Matrix];

    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Chat::Slack => "slack",
            Chat::Discord => "discord",
            Chat::Matrix => "matrix",
        }
    }

    /// The chat of that name.
    pub fn named(name: &str) -> Option<Chat> {
        Chat::ALL.into_iter().find(|chat| chat.name() == name)
    }
}
