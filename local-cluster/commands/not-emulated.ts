/**
 * The commands that a cluster has and the emulator has not: for tables, operations, jobs, queries and administration.
 * They are listed, as clients look up there how to send a command, and each answers that it is not emulated.
 */
import { genericError } from "../errors/yt-error.ts";
import { defineCommand } from "./command.ts";
import type { ApiVersion, Command, CommandContext, StreamType } from "./command.ts";

/** Commands that are sent and answered alike. */
interface Group {
  readonly input?: StreamType;
  readonly output?: StreamType;
  /** Of what version 3 answers, where that is something else. */
  readonly v3Output?: StreamType;
  readonly volatile?: boolean;
  readonly heavy?: boolean;
  readonly versions?: readonly ApiVersion[];
  readonly names: string;
}

const V3_ONLY = ["v3"] as const;
const V4_ONLY = ["v4"] as const;

/** As yt/yt/client/driver/driver.cpp registers them, without what is only for clusters among themselves. */
const REGISTERED: readonly Group[] = [
  {
    names: `generate_timestamp get_table_columnar_statistics partition_tables check_permission_by_acl
      list_operations list_jobs get_job get_operation get_version suspend_coordinator resume_coordinator
      migrate_replication_cards suspend_chaos_cells resume_chaos_cells suspend_tablet_cells resume_tablet_cells
      disable_chunk_locations destroy_chunk_locations resurrect_chunk_locations request_restart
      set_user_password issue_token revoke_token list_user_tokens get_bundle_config`,
  },
  {
    versions: V4_ONLY,
    names: `get_table_pivot_keys update_replication_progress alter_replication_card discover_proxies
      register_queue_consumer unregister_queue_consumer list_queue_consumer_registrations
      start_query abort_query get_query list_queries get_query_result`,
  },
  { v3Output: "null", names: "abandon_job abort_job" },
  {
    volatile: true,
    names: `reshard_table_automatic balance_tablet_cells poll_job_shell build_snapshot build_master_snapshots
      exit_read_only master_exit_read_only discombobulate_nonvoting_peers switch_leader reset_state_hash
      heal_exec_node add_maintenance remove_maintenance`,
  },
  {
    volatile: true,
    v3Output: "null",
    names: `enable_table_replica disable_table_replica alter_table_replica mount_table unmount_table remount_table
      freeze_table unfreeze_table reshard_table alter_table create_table_backup restore_table_backup
      add_member remove_member dump_job_context`,
  },
  {
    volatile: true,
    versions: V4_ONLY,
    names: `get_tablet_infos get_tablet_errors abort_operation suspend_operation resume_operation
      complete_operation update_operation_parameters transfer_account_resources transfer_pool_resources`,
  },
  {
    volatile: true,
    output: "null",
    versions: V3_ONLY,
    names: "abort_op suspend_op resume_op complete_op update_op_parameters",
  },
  {
    volatile: true,
    output: "null",
    versions: V4_ONLY,
    names: "externalize internalize truncate_journal",
  },
  { heavy: true, names: "locate_skynet_share explain_query get_job_input_paths get_job_spec" },
  {
    heavy: true,
    output: "binary",
    names: "read_blob_table get_job_input get_job_stderr get_job_fail_context",
  },
  { heavy: true, output: "tabular", names: "read_table select_rows pull_rows read_journal" },
  {
    heavy: true,
    output: "tabular",
    versions: V4_ONLY,
    names: "pull_queue pull_consumer read_query_result",
  },
  { output: "tabular", versions: V4_ONLY, names: "alter_query" },
  { heavy: true, input: "tabular", names: "get_in_sync_replicas" },
  { heavy: true, input: "tabular", output: "tabular", names: "lookup_rows" },
  {
    heavy: true,
    volatile: true,
    input: "tabular",
    v3Output: "null",
    names: "write_table insert_rows lock_rows delete_rows write_journal",
  },
  { heavy: true, volatile: true, v3Output: "null", names: "trim_rows" },
  { heavy: true, volatile: true, versions: V4_ONLY, names: "advance_consumer" },
];

/** Those of later clusters, as ytsaurus-client 0.13.55 sends them. */
const LATER: readonly Group[] = [
  {
    versions: V4_ONLY,
    names: `check_operation_permission list_operation_events list_job_traces get_query_tracker_info
      get_query_declared_parameters_info check_cluster_liveness`,
  },
  {
    volatile: true,
    versions: V4_ONLY,
    names: `patch_operation_spec dump_job_proxy_log create_queue_producer_session remove_queue_producer_session
      start_distributed_write_session ping_distributed_write_session finish_distributed_write_session ping_chaos_lease
      reset_dynamically_propagated_master_cells remove_pipeline_spec remove_pipeline_dynamic_spec`,
  },
  {
    volatile: true,
    input: "structured",
    versions: V4_ONLY,
    names: "flow_execute",
  },
  { heavy: true, output: "tabular", versions: V4_ONLY, names: "read_table_partition" },
  { heavy: true, output: "binary", versions: V4_ONLY, names: "get_job_trace" },
  {
    heavy: true,
    volatile: true,
    output: "binary",
    versions: V4_ONLY,
    names: "run_job_shell_command",
  },
  {
    heavy: true,
    volatile: true,
    input: "tabular",
    versions: V4_ONLY,
    names: "write_table_fragment push_queue_producer",
  },
];

/** The commands of a cluster that only answer that they are not emulated. */
export const NOT_EMULATED_COMMANDS: readonly Command[] = [...REGISTERED, ...LATER].flatMap(
  ({ names, ...details }) =>
    names.split(/\s+/).map((name) => defineCommand(name, refuse(name), details)),
);

function refuse(name: string): (context: CommandContext) => never {
  return () => {
    throw genericError(`Command "${name}" is not emulated by the local cluster`);
  };
}
