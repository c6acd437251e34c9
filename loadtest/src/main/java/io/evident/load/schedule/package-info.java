/** When events are due: rates over time. */
package io.evident.load.schedule;
