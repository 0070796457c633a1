//! The calls about a command that is sent.

use stepwell_plugin::ssm::{
    self, CancelCommandRequest, Command, CommandInvocation, ListCommandInvocationsRequest, ListCommandsRequest,
};
use stepwell_plugin::{CallError, pages};

/// None while not every part of Systems Manager knows of the command.
pub(crate) fn command(id: &str) -> Result<Option<Command>, CallError> {
    let request = ListCommandsRequest { command_id: Some(id.to_owned()), ..Default::default() };
    Ok(ssm::list_commands(&request)?.commands.into_iter().find(|command| command.command_id == id))
}

pub(crate) fn invocations(id: &str) -> Result<Vec<CommandInvocation>, CallError> {
    let command_id = Some(id.to_owned());
    let mut request =
        ListCommandInvocationsRequest { command_id, details: Some(true), max_results: Some(50), ..Default::default() };
    pages(|next_token| {
        request.next_token = next_token;
        ssm::list_command_invocations(&request).map(|page| (page.command_invocations, page.next_token))
    })
}

pub(crate) fn cancel(id: &str) -> Result<(), CallError> {
    ssm::cancel_command(&CancelCommandRequest { command_id: id.to_owned(), instance_ids: Vec::new() })
}
