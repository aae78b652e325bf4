//! Editors who may decide on the pages, and their logins.

use super::{Error, Store, instant, text};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, params};

/// How long a login holds in all, and without being used.
const LONGEST_SESSION: TimeDelta = TimeDelta::days(14);
const LONGEST_IDLE: TimeDelta = TimeDelta::days(2);

impl Store {
    /// Gives an editor a login, or a new password: everybody who is logged in under the name is logged out.
    /// `password` is its hash in the PHC string form.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn set_password(
        &mut self,
        name: &str,
        password: &str,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT INTO user VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET password = excluded.password, at = excluded.at",
            params![name, password, text(at)],
        )?;
        transaction.execute("DELETE FROM session WHERE name = ?1", [name])?;
        transaction.commit()?;
        Ok(())
    }

    /// The hash of an editor's password; `None` if there is no such editor.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn password(&self, name: &str) -> Result<Option<String>, Error> {
        let mut query = self
            .connection
            .prepare("SELECT password FROM user WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    /// The editors by name, each with the time of the last password.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn users(&self) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
        let mut query = self
            .connection
            .prepare("SELECT name, at FROM user ORDER BY name")?;
        let rows = query.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (name, at) = row?;
            let at = instant("user", &name, &at)?;
            Ok((name, at))
        })
        .collect()
    }

    /// Takes an editor's login away, and ends all sessions under the name. Returns `false` if there is no such
    /// editor. The editor's decisions stand.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove_user(&mut self, name: &str) -> Result<bool, Error> {
        let transaction = self.connection.transaction()?;
        let removed = transaction.execute("DELETE FROM user WHERE name = ?1", [name])?;
        transaction.execute("DELETE FROM session WHERE name = ?1", [name])?;
        transaction.commit()?;
        Ok(removed > 0)
    }

    /// Keeps a login, by the hash of its secret, and forgets those that no longer hold.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn begin_session(
        &mut self,
        hash: &str,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "DELETE FROM session WHERE began < ?1 OR seen_at < ?2",
            params![text(now - LONGEST_SESSION), text(now - LONGEST_IDLE)],
        )?;
        transaction.execute(
            "INSERT INTO session VALUES (?1, ?2, ?3, ?3)",
            params![hash, name, text(now)],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// The editor of the login with this hash; `None` if there is none, or it no longer holds.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub fn session(&mut self, hash: &str, now: DateTime<Utc>) -> Result<Option<String>, Error> {
        let found: Option<(String, String, String)> = self
            .connection
            .query_row(
                "SELECT name, began, seen_at FROM session WHERE hash = ?1",
                [hash],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let Some((name, began, seen)) = found else {
            return Ok(None);
        };
        let began = instant("session", &name, &began)?;
        let seen = instant("session", &name, &seen)?;
        // One that is begun only then was begun before the clock was set back, and it is not known when.
        if (now - began).abs() > LONGEST_SESSION || (now - seen).abs() > LONGEST_IDLE {
            return Ok(None);
        }
        // Once an hour is enough to know that it is used; a page must not wait for the disk.
        if now - seen > TimeDelta::hours(1) {
            self.connection.execute(
                "UPDATE session SET seen_at = ?2 WHERE hash = ?1",
                params![hash, text(now)],
            )?;
        }
        Ok(Some(name))
    }

    /// Ends a login.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn end_session(&mut self, hash: &str) -> Result<(), Error> {
        self.connection
            .execute("DELETE FROM session WHERE hash = ?1", [hash])?;
        Ok(())
    }
}
