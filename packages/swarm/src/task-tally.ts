/** What has become of the tasks submitted here. */
export class TaskTally {
  submitted = 0;
  completed = 0;
  failed = 0;
  cancelled = 0;
  reassigned = 0;
  duplicates = 0;
  receiptsVerified = 0;
  receiptsRejected = 0;
}
