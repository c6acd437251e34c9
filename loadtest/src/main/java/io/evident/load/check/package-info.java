/** Whether what a run's receipts say is true, and whether a run passes. */
package io.evident.load.check;
