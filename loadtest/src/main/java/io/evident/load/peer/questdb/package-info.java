/** QuestDB. */
package io.evident.load.peer.questdb;
